import assert from 'node:assert/strict';
import test from 'node:test';
import { LISTED, cover, folded, matches, ordinary, search, searchable, snippet } from '../find.js';

const page = (text) => ({ text, folded: folded(text) });
const found = (text, needle) => matches(text, needle).map(([start, end]) => text.slice(start, end));

test('words are found across lines, forms and cases', () => {
  for (const [text, needle, expect] of [
    ['接口响应时间不大\n于 2 秒', '不大于2秒', ['不大\n于 2 秒']],
    ['符合 ＳＬ／Ｔ 427 的接口', 'sl/t427', ['ＳＬ／Ｔ 427']],
    ['Modbus modbus', 'MODBUS', ['Modbus', 'modbus']],
    ['aaaa', 'aa', ['aa', 'aa']],
    ['𠮷野家', '𠮷', ['𠮷']],
    ['㎡ 面积', 'm2', ['㎡']],
    ['没有', '有没', []],
    ['任何', '  ', []],
  ]) {
    assert.deepEqual(found(text, needle), expect, `${needle} in ${text}`);
  }
  assert.equal(searchable(' \u3000'), false);
});

test('radicals are read as the characters that they look like', () => {
  assert.equal(ordinary('⾯向⻚⾯，⻅附件；⻔⼝'), '面向页面，见附件；门口');
  assert.equal(ordinary('⺀'), '⺀');
});

test('a snippet is one line around the match', () => {
  const text = '前'.repeat(40) + '\n断网缓存\n30 天' + '后'.repeat(80);
  const [match] = matches(text, '断网缓存30');
  assert.deepEqual(snippet(text, match), {
    before: '…' + '前'.repeat(14),
    match: '断网缓存 30',
    after: ' 天' + '后'.repeat(28) + '…',
  });
  assert.equal(snippet('缓存 7 天\n5.2.2 质量', [0, 2]).after, ' 7 天 5.2.2 质量');
  assert.equal(snippet('the response\ntime', [13, 17]).before, 'the response ');
  assert.deepEqual(snippet('甲乙丙', [1, 2]), { before: '甲', match: '乙', after: '丙' });
});

test('hits are grouped by bid, and bids without one stay', () => {
  const bids = [
    { id: 1, label: '乙01', documents: [{ index: 0 }, { index: 1 }] },
    { id: 2, label: '乙02', documents: [{ index: 0 }] },
  ];
  const texts = { '1/0': [page('无'), page('缓存 缓存')], '1/1': [page('缓存')], '2/0': [page('无')] };
  const groups = search(bids, (bid, document) => texts[`${bid}/${document}`] ?? [], '缓存');
  assert.deepEqual(groups.map(({ label, count }) => [label, count]), [['乙01', 3], ['乙02', 0]]);
  assert.deepEqual(groups[0].hits.map((it) => [it.document, it.page]), [[0, 2], [0, 2], [1, 1]]);
});

test('all hits are counted, not all are listed', () => {
  const bids = [{ id: 1, label: '乙01', documents: [{ index: 0 }] }];
  const [group] = search(bids, () => [page('天'.repeat(1000))], '天');
  assert.equal(group.count, 1000);
  assert.equal(group.hits.length, LISTED);
});

test('a match covers the ends of the parts it lies in', () => {
  const part = (text) => ({ text, advance: (at) => at / text.length });
  assert.deepEqual(cover([part('接口响应'), part('\n'), part('时间不大')], [2, 7]), [
    { part: 0, from: 0.5, to: 1 },
    { part: 1, from: 0, to: 1 },
    { part: 2, from: 0, to: 0.5 },
  ]);
});
