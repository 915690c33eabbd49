import assert from 'node:assert/strict';
import test from 'node:test';
import { counterpart, flat, kindOf, markAt, plain, sameTitle, trail } from '../trail.js';

const outline = [
  { title: '1 总述', page: 3 },
  { title: '5 数据平台', page: 120, children: [{ title: '5.1 架构', page: 120 }, { title: '5.2 接口', page: 128 }] },
  { title: '坏书签', page: null },
];

test('the trail leads to the first bookmark on the page, or the last before it', () => {
  const entries = flat(outline);
  for (const [page, expect] of [
    [1, []],
    [3, ['1 总述']],
    [120, ['5 数据平台']],
    [127, ['5 数据平台', '5.1 架构']],
    [400, ['5 数据平台', '5.2 接口']],
  ]) {
    assert.deepEqual(trail(entries, page), expect, String(page));
  }
});

test('no trail is better than a wrong one while pages of bookmarks are being found', () => {
  const entries = [{ page: 3, path: ['1'] }, { page: 9, path: ['2'] }, { page: undefined, path: ['3'] }];
  assert.deepEqual(trail(entries, 9), ['2']);
  assert.deepEqual(trail(entries, 20), []);
  entries[2].page = null;
  assert.deepEqual(trail(entries, 20), ['2']);
});

const bids = [
  { id: 1, label: '乙01', documents: [{ index: 0, name: '技术标.pdf' }, { index: 1, name: '附件.pdf' }] },
  { id: 2, label: '乙02', documents: [{ index: 4, name: '附件.pdf' }, { index: 5, name: '技术标.pdf' }] },
  { id: 3, label: '乙03', documents: [] },
];
const marks = [
  { criterion: 'a', title: '方案', bid: 1, document: 0, page: 5 },
  { criterion: 'b', title: '接口', bid: 1, document: 0, page: 90 },
  { criterion: 'b', title: '接口', bid: 2, document: 5, page: 70 },
];

test('the same item in another bid', () => {
  assert.equal(markAt(marks, { bid: 1, document: 0, page: 89 }).criterion, 'a');
  assert.equal(markAt(marks, { bid: 1, document: 0, page: 4 }), null);
  const there = (page, document = 0) => counterpart(bids, marks, { bid: 1, document, page }, 2);
  assert.deepEqual(there(95), { bid: 2, document: 5, page: 70, by: 'mark', title: '接口' });
  assert.deepEqual(there(6), { bid: 2, document: 5, page: 1, by: 'document' });
  assert.deepEqual(there(1, 1), { bid: 2, document: 4, page: 1, by: 'document' });
  assert.equal(counterpart(bids, marks, { bid: 1, document: 0, page: 1 }, 3), null);
});

test('bookmarks are the same without their numbers', () => {
  for (const title of ['5.2 数据平台', '第五章 数据平台', '五、数据平台', '（2）数据 平台', '5.2.数据平台']) {
    assert.equal(plain(title), '数据平台', title);
  }
  assert.equal(sameTitle(['3 数据', '3.1 接口'], flat(outline)).page, 128);
  assert.equal(sameTitle(['无此'], flat(outline)), null);
});

test('kinds of documents', () => {
  for (const [document, kind] of [
    [{ mediaType: 'application/pdf', name: 'a', bytes: 1 }, 'pdf'],
    [{ mediaType: 'application/octet-stream', name: 'A.PDF', bytes: 1 }, 'pdf'],
    [{ mediaType: '', name: 'a.pdf', bytes: 1 }, 'pdf'],
    [{ mediaType: 'image/jpeg', name: 'a.jpg', bytes: 1 }, 'image'],
    [{ mediaType: 'image/svg+xml', name: 'a.svg', bytes: 1 }, 'other'],
    [{ mediaType: 'application/zip', name: 'a.pdf', bytes: 1 }, 'other'],
    [{ mediaType: 'application/pdf', name: 'a.pdf', bytes: 0 }, 'empty'],
  ]) {
    assert.equal(kindOf(document), kind, JSON.stringify(document));
  }
});
