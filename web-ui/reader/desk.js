// The desk around the panes: toolbar, contents, search, the second pane. Owns: what is shown where, and the options.

import { Bookmarks } from './bookmarks.js';
import { Finder } from './finder.js';
import { Library } from './library.js';
import { OutlinePanel } from './outlinepanel.js';
import { Pane } from './pane.js';
import { SearchPanel } from './searchpanel.js';
import { Second } from './second.js';
import { Toolbar } from './toolbar.js';
import { counterpart, flat, markAt, sameTitle, titleOf, trail } from './trail.js';
import { el } from './dom.js';
import { gestures } from './gestures.js';
import { guard } from './guard.js';
import { wordsOf } from './words.js';

const DEFAULTS = { language: 'zh', watermark: '', token: '', bids: [], marks: [] };

/** Below these widths, words of buttons are left out, and panels lie over the page instead of beside it. */
const WIDTHS = [
  [620, 'small'],
  [940, 'narrow'],
  [1180, 'middle'],
  [Infinity, 'wide'],
];

export class Desk {
  constructor(options, onplace) {
    this.options = { ...DEFAULTS, ...options };
    this.onplace = onplace;
    this.needleText = '';
    this.bookmarks = new Bookmarks((book) => {
      if (book !== this.main.book) return;
      this.filled = null;
      this.#showPlace(this.main);
    });
    const token = () => this.options.token;
    this.library = new Library(token);
    this.finder = new Finder(token, () => this.searching?.progressed());
    this.finder.setBids(this.options.bids);
    this.element = el('section.rd');
    this.#build();
    this.unguard = guard(this.element, () => this.search());
    this.watch = new ResizeObserver(() => this.#fit());
    this.watch.observe(this.element);
    this.element.addEventListener('keydown', (event) => this.#key(event));
  }

  // What panes and panels ask for.
  get watermark() {
    return this.options.watermark;
  }

  needle() {
    return this.needleText;
  }

  bids() {
    return this.options.bids;
  }

  label(bid) {
    return this.#bid(bid)?.label ?? '';
  }

  source({ bid, document }) {
    return this.#bid(bid)?.documents.find((it) => it.index === document) ?? null;
  }

  /** Shows something once the page around has had its turn to say what. */
  begin() {
    this.begun = true;
    if (!('getOrInsertComputed' in Map.prototype && 'try' in Promise)) {
      this.main.empty(this.words.troubles.browser);
      return;
    }
    this.#main(this.asked ?? this.#first());
    if (this.askedSecond) this.#second(this.askedSecond);
  }

  show(place) {
    this.asked = place;
    return this.begun ? this.#main(place) : undefined;
  }

  compare(place) {
    this.askedSecond = place;
    if (!this.begun) return;
    if (place) this.#second(place);
    else this.#endSecond();
  }

  search(text) {
    if (this.element.contains(document.activeElement)) this.opener = document.activeElement;
    if (!this.#wide) this.#hideOutline();
    this.searching.open(text);
    this.toolbar.set({ search: true });
  }

  update(more) {
    const language = this.options.language;
    const watermark = this.options.watermark;
    this.options = { ...this.options, ...more };
    this.finder.setBids(this.options.bids);
    if (this.options.language !== language) {
      this.#rebuild();
      return;
    }
    if (!this.begun) return;
    if (this.options.watermark !== watermark) {
      this.main.refresh();
      this.other?.pane.refresh();
    }
    const { place } = this.main;
    if (!place || !this.source(place)) this.#main(this.#first());
    if (this.other && !this.source(this.other.pane.place ?? {})) this.#endSecond();
    this.#showPlace(this.main);
    this.other?.refresh();
    if (!this.searching.element.hidden) this.searching.resume();
  }

  destroy() {
    this.unguard();
    this.watch.disconnect();
    this.finder.stop();
    this.main.destroy();
    this.other?.destroy();
    this.library.destroy();
    this.element.remove();
  }

  #build() {
    this.words = wordsOf(this.options.language);
    const { words } = this;
    this.element.lang = this.options.language === 'en' ? 'en' : 'zh-CN';
    this.element.setAttribute('aria-label', words.desk);
    this.main = new Pane(this, words.main, (pane) => this.#showPlace(pane));
    this.toolbar = new Toolbar(this, {
      outline: () => this.#toggleOutline(),
      page: (page) => this.main.goTo(page),
      document: (document) => this.#main({ bid: this.main.place.bid, document, page: 1 }),
      zoom: (direction) => this.#zoom(direction),
      find: () => this.search(),
      compare: () => this.#toggleCompare(),
    });
    this.outline = new OutlinePanel(this, {
      go: (place) => this.#main(place),
      follow: (entry) => this.#follow(entry),
      close: () => this.#toggleOutline(false),
    });
    this.searching = new SearchPanel(this, {
      show: (hit, nth) => this.#hit(hit, nth),
      needle: (text) => this.#setNeedle(text),
      close: () => this.#closeSearch(),
      first: () => (this.main.place ? `${this.main.place.bid}/${this.main.place.document}` : null),
    });
    this.head = el('header', {});
    this.item = el('p.rd-same', { hidden: true });
    this.panes = el('div.rd-panes', {}, el('section.rd-first', {}, this.head, this.item, this.main.element));
    this.element.replaceChildren(
      this.toolbar.element,
      el('div.rd-body', {}, this.outline.element, this.panes, this.searching.element),
    );
    gestures(this.main.scroll, (zoom) => this.#zoomTo(zoom), () => this.main.zoom);
  }

  /** Another language: everything is made anew, and stands where it stood. */
  #rebuild() {
    const { place, zoom } = this.main;
    const second = this.other?.pane.place;
    const [outline, search] = [!this.outline.element.hidden, !this.searching.element.hidden];
    const text = this.searching.input.value;
    this.#endSecond();
    this.main.destroy();
    this.#build();
    this.main.zoom = zoom;
    if (!this.begun) return;
    this.#main(place ?? this.#first());
    if (second) this.#second(second);
    if (outline) this.#toggleOutline(true);
    if (search) this.search(text);
    this.#fit();
  }

  #bid(id) {
    return this.options.bids.find((it) => it.id === id);
  }

  #first() {
    const bid = this.options.bids.find((it) => it.documents.length > 0) ?? this.options.bids[0];
    return bid ? { bid: bid.id, document: bid.documents[0]?.index, page: 1 } : null;
  }

  async #main(place) {
    if (!place || !this.#bid(place.bid)) {
      this.main.empty(this.words.noBids);
      return;
    }
    const document = place.document ?? this.#bid(place.bid).documents[0]?.index;
    await this.main.show({ ...place, document });
  }

  #showPlace(pane) {
    if (pane !== this.main) {
      this.other?.refresh();
      return;
    }
    const { place } = pane;
    const entries = this.#entries();
    this.toolbar.set({
      place,
      pages: pane.pages,
      zoom: pane.zoom,
      trail: place && entries ? trail(entries, place.page) : [],
    });
    if (!this.outline.element.hidden) this.#fillOutline();
    this.heads();
    if (!place) return;
    const said = `${place.bid}/${place.document}/${place.page}`;
    if (said === this.said) return;
    this.said = said;
    this.onplace({ ...place });
  }

  /** A page stands: now there is time for bookmarks. */
  drawn() {
    const shown = [this.main.book, this.other?.pane.book];
    if (this.main.book) this.bookmarks.read(this.main.book, shown);
  }

  /** While comparing, the left pane says what it shows, as the right one does. */
  heads() {
    if (!this.other) return;
    const { place } = this.main;
    const source = place && this.source(place);
    this.head.replaceChildren(el('b', {}, place ? this.label(place.bid) : ''), el('span', {}, source ? titleOf(source) : ''));
    const mark = place && markAt(this.options.marks, place);
    const title = mark?.title ?? this.toolbar.state.trail.at(-1) ?? '';
    this.item.textContent = title ? this.words.thisItem(title) : '\u00a0';
    this.item.hidden = this.other.note.hidden;
  }

  /** Bookmarks of the main pane; null while they are being read. */
  #entries() {
    const { book, place } = this.main;
    return book ? this.bookmarks.of(book) : place ? [] : null;
  }

  #fillOutline() {
    const { place } = this.main;
    if (!place) return;
    const entries = this.#entries();
    const marks = this.options.marks.filter((it) => it.bid === place.bid);
    const filled = [place.bid, place.document, entries, marks.length, this.options.marks];
    if (this.filled?.every((it, at) => it === filled[at])) this.outline.at(place.page);
    else this.outline.fill(place, marks, entries);
    this.filled = filled;
  }

  /** To a bookmark whose page may not be known yet. */
  async #follow(entry) {
    const { book } = this.main;
    entry.page ??= await book.pageOf(entry.dest);
    if (entry.page && this.main.book === book) this.main.goTo(entry.page);
    this.#showPlace(this.main);
  }

  #toggleOutline(open = this.outline.element.hidden) {
    if (!open) {
      this.#hideOutline();
      this.toolbar.outline.focus();
      return;
    }
    if (!this.#wide && !this.searching.element.hidden) this.#closeSearch();
    this.outline.element.hidden = false;
    this.toolbar.set({ outline: true });
    this.filled = null;
    this.#fillOutline();
  }

  #hideOutline() {
    this.outline.element.hidden = true;
    this.toolbar.set({ outline: false });
  }

  /** Whether there is room for contents and search together. */
  get #wide() {
    return this.element.dataset.width === 'wide';
  }

  #closeSearch() {
    this.searching.element.hidden = true;
    this.finder.stop();
    this.#setNeedle('');
    this.toolbar.set({ search: false });
    (this.opener?.isConnected ? this.opener : this.toolbar.find).focus();
    this.opener = null;
  }

  #setNeedle(text) {
    if (text === this.needleText) return;
    this.needleText = text;
    this.main.refresh();
    this.other?.pane.refresh();
  }

  async #hit(hit, nth) {
    const second = this.other?.pane.place?.bid === hit.bid && this.main.place?.bid !== hit.bid;
    const pane = second ? this.other.pane : this.main;
    this.needleText = this.searching.input.value;
    this.aim = { pane, page: hit.page, nth };
    await pane.show({ bid: hit.bid, document: hit.document, page: hit.page });
    pane.refresh();
  }

  #zoom(direction) {
    this.main.magnify(direction);
    this.other?.pane.setZoom(this.main.zoom);
  }

  #zoomTo(zoom) {
    this.main.setZoom(zoom);
    this.other?.pane.setZoom(zoom);
  }

  #toggleCompare() {
    if (this.other) {
      this.#endSecond();
      return;
    }
    const { place } = this.main;
    if (!place) return;
    const others = this.options.bids.filter((it) => it.documents.length > 0);
    const at = others.findIndex((it) => it.id === place.bid);
    const next = others[(at + 1) % others.length] ?? others[0];
    this.#counterpart(next.id);
  }

  /** The same item in another bid: by its mark, else by a bookmark of the same name. */
  async #counterpart(bid) {
    const place = { ...this.main.place };
    const there = counterpart(this.options.bids, this.options.marks, place, bid);
    if (!there) {
      this.#second({ bid, document: null, page: 1 });
      return;
    }
    await this.#second(there, there.by === 'mark' ? this.words.sameItem(there.title) : '');
    if (there.by === 'mark' || !this.other?.pane.book) return;
    const path = trail(this.#entries() ?? [], place.page);
    const { pane } = this.other;
    const { book } = pane;
    const same = sameTitle(path, flat(await book.outline()));
    const page = same && (await book.pageOf(same.dest));
    if (this.other?.pane.book !== book || pane.place.page !== 1) return;
    if (page) pane.goTo(page);
    this.other.say(page ? this.words.sameBookmark(same.title) : this.words.sameDocument);
  }

  async #second(place, note = '') {
    if (!this.other) {
      this.other = new Second(this, {
        bid: (bid) => this.#counterpart(bid),
        close: () => this.#endSecond(),
      });
      this.other.pane.zoom = this.main.zoom;
      this.panes.append(this.other.element);
      gestures(this.other.pane.scroll, (zoom) => this.#zoomTo(zoom), () => this.main.zoom);
      this.toolbar.set({ compare: true });
      this.element.toggleAttribute('data-split', true);
    }
    this.other.say(note);
    const document = place.document ?? this.#bid(place.bid)?.documents[0]?.index;
    await this.other.pane.show({ bid: place.bid, document, page: place.page ?? 1 });
    this.other?.refresh();
  }

  #endSecond() {
    if (!this.other) return;
    const focused = this.other.element.contains(document.activeElement);
    this.other.destroy();
    this.other = null;
    this.askedSecond = null;
    this.element.toggleAttribute('data-split', false);
    this.toolbar.set({ compare: false });
    if (focused) this.toolbar.compare.focus();
  }

  #fit() {
    const width = this.element.clientWidth;
    this.element.dataset.width = WIDTHS.find(([most]) => width < most)[1];
  }

  // PgUp and PgDn belong to the page around: they change the criterion.
  #key(event) {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    const control = event.ctrlKey || event.metaKey;
    const pane = this.other?.element.contains(event.target) ? this.other.pane : this.main;
    const acts = {
      Escape: () => this.#escape(),
      ...(control && { '+': () => this.#zoom(1), '=': () => this.#zoom(1), '-': () => this.#zoom(-1), 0: () => this.#zoom(0) }),
      ...(!typing &&
        !control &&
        !event.altKey && {
          ArrowLeft: () => !pane.wide && pane.goTo(pane.place.page - 1),
          ArrowRight: () => !pane.wide && pane.goTo(pane.place.page + 1),
          Home: () => pane.goTo(1),
          End: () => pane.goTo(pane.pages),
        }),
    };
    if (!acts[event.key] || acts[event.key]() === false) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #escape() {
    if (!this.searching.element.hidden) this.#closeSearch();
    else if (!this.outline.element.hidden) this.#toggleOutline(false);
    else return false;
    return true;
  }
}
