// The second pane with its head: which bid, which document, which page. Owns: its elements.

import { Pane } from './pane.js';
import { button, el } from './dom.js';
import { titleOf } from './trail.js';
import { pageBox, picker } from './toolbar.js';

export class Second {
  /** @param acts {bid(id), close()} */
  constructor(desk, acts) {
    this.desk = desk;
    this.acts = acts;
    const { words } = desk;
    this.pane = new Pane(desk, words.second, () => this.refresh());
    this.picks = el('div.rd-picks');
    this.page = pageBox(words, (page) => this.pane.goTo(page));
    this.note = el('p.rd-same', { role: 'status' });
    this.element = el(
      'section.rd-second',
      { 'aria-label': words.second },
      el('header', {}, this.picks, this.page.element, button('close', words.endCompare, { kind: 'quiet', onclick: () => acts.close() })),
      this.note,
      this.pane.element,
    );
  }

  /** How the place was found. */
  say(text) {
    this.note.textContent = text;
    this.note.hidden = text === '';
    this.desk.heads();
  }

  refresh() {
    const { desk, pane, acts } = this;
    const { place } = pane;
    this.page.set(place?.page ?? null, pane.pages);
    if (!place) return;
    const shown = JSON.stringify([place.bid, place.document, desk.bids().map((it) => [it.id, it.documents.length])]);
    if (shown === this.shown) return;
    this.shown = shown;
    const bids = desk.bids().map((it) => [it.id, it.label]);
    const documents = desk.bids().find((it) => it.id === place.bid)?.documents ?? [];
    const focused = [...this.picks.children].indexOf(document.activeElement);
    this.picks.replaceChildren(
      picker(desk.words.bid, bids, place.bid, (bid) => acts.bid(bid)),
      picker(desk.words.document, documents.map((it) => [it.index, titleOf(it)]), place.document, (document) => {
        this.say('');
        pane.show({ bid: place.bid, document, page: 1 });
      }),
    );
    if (focused >= 0) this.picks.children[focused]?.focus();
  }

  destroy() {
    this.pane.destroy();
    this.element.remove();
  }
}
