import assert from 'node:assert/strict';
import test from 'node:test';
import { GAP, Layout, pageOf, step } from '../layout.js';

const A4 = { width: 595, height: 842 };

function laid(count, width = 595) {
  const layout = new Layout(count, A4);
  layout.measure(width);
  return layout;
}

test('pages stand below each other', () => {
  const layout = laid(3);
  assert.deepEqual([1, 2, 3].map((page) => layout.topOf(page)), [GAP, GAP + 842 + GAP, GAP + 2 * (842 + GAP)]);
  assert.equal(layout.total, GAP + 3 * (842 + GAP));
});

test('every height belongs to one page', () => {
  const layout = laid(500);
  for (const page of [1, 2, 250, 499, 500]) {
    assert.equal(layout.pageAt(layout.topOf(page)), page);
    assert.equal(layout.pageAt(layout.topOf(page) + 841), page);
  }
  assert.equal(layout.pageAt(-5), 1);
  assert.equal(layout.pageAt(1e9), 500);
});

test('only what is seen is drawn, and one page on each side', () => {
  const layout = laid(10000);
  const pages = layout.window(layout.topOf(5000) + 10, 800);
  assert.deepEqual(pages, [5000, 5001, 4999]);
  assert.deepEqual(layout.window(0, 800), [1, 2]);
  assert.ok(layout.window(layout.total - 800, 800).length <= 3);
});

test('a size that comes in late does not move what is being read', () => {
  const layout = laid(100);
  const top = layout.topOf(50) + 421;
  const anchor = layout.anchor(top);
  assert.equal(layout.setSize(10, { width: 842, height: 595 }), true);
  assert.equal(layout.setSize(11, A4), false);
  layout.measure(595);
  const moved = layout.place(anchor);
  assert.ok(moved < top);
  assert.equal(layout.anchor(moved).page, 50);
  assert.ok(Math.abs(layout.anchor(moved).part - 0.5) < 1e-9);
});

test('ten thousand pages stay below what a browser can lay out', () => {
  const layout = laid(10000, 5000);
  assert.ok(layout.total <= 30_000_100, String(layout.total));
});

test('the page being read', () => {
  const layout = laid(3);
  assert.equal(layout.current(0, 800), 1);
  assert.equal(layout.current(layout.topOf(2) - 100, 800), 2);
  assert.equal(layout.current(layout.total - 800, 800), 3);
});

test('typed pages', () => {
  for (const [typed, page] of [['12', 12], [' 1２ ', 12], ['第 3 页', 3], ['0', null], ['437', null], ['', null], ['1.5', null], ['-1', null]]) {
    assert.equal(pageOf(typed, 436), page, typed);
  }
});

test('steps of magnification end', () => {
  assert.equal(step(1, 1), 1.25);
  assert.equal(step(1, -1), 0.8);
  assert.equal(step(4, 1), 4);
  assert.equal(step(0.5, -1), 0.5);
  assert.equal(step(1.1, -1), 1);
});
