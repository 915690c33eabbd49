// The contents: places of the criteria in this bid, and the document's bookmarks. Owns: its element.

import { button, el, icon } from './dom.js';
import { entryAt } from './trail.js';

/** Bookmarks drawn; a longer list is a list nobody reads. */
const DRAWN = 1500;

export class OutlinePanel {
  /** @param acts {go(place), follow(entry), close()} */
  constructor(desk, acts) {
    this.desk = desk;
    this.acts = acts;
    const { words } = desk;
    this.body = el('div.rd-entries');
    this.element = el(
      'aside.rd-side.rd-outline',
      { 'aria-label': words.outline, hidden: true },
      el('header', {}, el('h2', {}, words.outline), el('span.grow'), button('close', words.closeOutline, { kind: 'quiet', onclick: () => acts.close() })),
      this.body,
    );
  }

  /** @param place of the pane  @param marks of its bid  @param entries flat bookmarks; null while they are being read */
  fill(place, marks, entries) {
    const { words } = this.desk;
    const focus = document.activeElement?.dataset?.row;
    const parts = [];
    if (marks.length > 0) {
      parts.push(el('h3', {}, words.marks));
      const rows = marks.map((mark, at) => {
        const target = { bid: mark.bid, document: mark.document, page: mark.page };
        return this.#row(`m${at}`, mark.title, mark.page, () => this.acts.go(target), 0, 'mark');
      });
      parts.push(el('ul', {}, ...rows));
    }
    if (marks.length > 0) parts.push(el('h3', {}, words.bookmarks));
    if (entries === null) parts.push(el('p.rd-hint', {}, words.busyOutline));
    else if (entries.length === 0) parts.push(el('p.rd-hint', {}, words.noOutline));
    else {
      const rows = entries.slice(0, DRAWN).map((entry, at) => {
        const go = entry.page === null ? null : () => this.acts.follow(entry);
        return this.#row(`b${at}`, entry.title, entry.page, go, entry.depth, null);
      });
      parts.push(el('ul', {}, ...rows));
    }
    this.entries = entries ?? [];
    this.body.replaceChildren(...parts);
    if (focus) this.body.querySelector(`[data-row="${focus}"]`)?.focus();
    this.at(place.page);
  }

  /** Marks the bookmark that is being read. */
  at(page) {
    const best = entryAt((this.entries ?? []).slice(0, DRAWN), page);
    if (this.shown === best && this.body.querySelector('[aria-current]')) return;
    this.shown = best;
    this.body.querySelector('[aria-current]')?.removeAttribute('aria-current');
    const row = this.body.querySelector(`[data-row="b${best}"]`);
    row?.setAttribute('aria-current', 'true');
    row?.scrollIntoView({ block: 'nearest' });
  }

  #row(name, title, page, go, depth, shape) {
    const row = el(
      'button.rd-row',
      {
        type: 'button',
        'data-row': name,
        'data-depth': Math.min(depth, 5),
        'aria-disabled': go ? null : 'true',
        title,
        onclick: () => go?.(),
      },
      shape ? icon(shape) : null,
      el('span', {}, title),
      el('span.num', {}, page ? String(page) : page === null ? '—' : ''),
    );
    return el('li', {}, row);
  }
}
