// One pane: the pages of one document below each other. Owns: scrolling, which pages are drawn, and their release.
// Must not know: the toolbar, other panes, where documents come from.

import { Layout, step } from './layout.js';
import { el, icon } from './dom.js';
import { titleOf } from './trail.js';
import { paint } from './watermark.js';
import { Trouble } from './trouble.js';

/** Widest page at magnification 1, so that lines stay readable on wide screens. */
const WIDEST = 920;
/** Space left and right of a page. */
const SIDES = 24;
/** Pixels of one canvas; 4 bytes each. Beyond this, pages are drawn coarser and stretched. */
const MOST_PIXELS = 16_000_000;
const SLOW_AFTER = 2500;
const BUSY_AFTER = 250;

export class Pane {
  /** @param desk {words, watermark, needle(), library, source(place)}  @param onplace (place) → void */
  constructor(desk, label, onplace) {
    this.desk = desk;
    this.onplace = onplace;
    this.zoom = 1;
    this.sheets = new Map();
    this.place = null;
    this.book = null;
    this.number = 0;
    this.roll = el('div.rd-roll');
    this.note = el('div.rd-offline', { hidden: true, role: 'status' });
    this.scroll = el('div.rd-scroll', { tabindex: '0', role: 'region', 'aria-label': label, onscroll: () => this.#scrolled() }, this.roll);
    this.state = el('div.rd-state', { hidden: true });
    this.element = el('div.rd-view', {}, this.scroll, this.state, this.note);
    this.ontrouble = (trouble) => this.#offline(trouble);
    this.watch = new ResizeObserver(() => this.relayout());
    this.watch.observe(this.scroll);
  }

  /** Shows a place; resolves when its document is open or known not to open. */
  async show(place) {
    const source = this.desk.source(place);
    const key = `${place.bid}/${place.document}`;
    if (this.book && this.key === key) {
      this.goTo(place.page ?? this.place.page);
      return;
    }
    this.#leave();
    this.number += 1;
    const own = this.number;
    this.key = key;
    this.place = { bid: place.bid, document: place.document, page: place.page ?? 1 };
    this.onplace(this);
    if (!source) {
      this.say('page', this.desk.words.noDocuments(this.desk.label(place.bid)));
      return;
    }
    const busy = setTimeout(() => this.#busy(titleOf(source)), BUSY_AFTER);
    const book = this.desk.library.take(key, source, this.ontrouble);
    this.taken = key;
    try {
      await book.opened;
    } catch (error) {
      if (own === this.number) this.#refuse(error);
      return;
    } finally {
      clearTimeout(busy);
    }
    if (own !== this.number) return;
    this.book = book;
    this.layout = new Layout(book.pages, book.first);
    this.layout.setSize(1, book.first);
    this.state.hidden = true;
    this.#measure();
    this.goTo(this.place.page);
    this.onplace(this);
  }

  get pages() {
    return this.book ? this.book.pages : 0;
  }

  /** Whether pages are wider than the pane: arrows then scroll sideways. */
  get wide() {
    return this.scroll.scrollWidth > this.scroll.clientWidth + 1;
  }

  goTo(page) {
    if (!this.layout) return;
    const wanted = Math.min(Math.max(1, page), this.pages);
    this.scroll.scrollTop = wanted === 1 ? 0 : this.layout.topOf(wanted) - 8;
    this.#scrolled(wanted);
  }

  /** Brings a share of a page's height into the upper part of the view. */
  reveal(page, part) {
    if (!this.layout) return;
    const y = this.layout.topOf(page) + part * this.layout.heightOf(page);
    const top = this.scroll.scrollTop;
    if (y < top + 40 || y > top + this.scroll.clientHeight * 0.75) {
      this.scroll.scrollTop = y - this.scroll.clientHeight * 0.3;
    }
  }

  magnify(direction) {
    this.setZoom(direction === 0 ? 1 : step(this.zoom, direction));
  }

  setZoom(zoom) {
    this.zoom = Math.min(4, Math.max(0.5, zoom));
    this.relayout();
    this.onplace(this);
  }

  relayout() {
    if (!this.layout) return;
    // Hidden by the page around: browsers forget where a hidden element was scrolled to, the pane does not.
    if (this.scroll.clientHeight === 0) {
      this.hidden = true;
      return;
    }
    const top = this.scroll.scrollTop;
    const anchor = this.hidden ? this.kept : top > 0 ? this.layout.anchor(top) : null;
    this.hidden = false;
    this.#measure();
    if (anchor) this.scroll.scrollTop = this.layout.place(anchor);
    this.#draw();
  }

  /** Words to mark on the pages, or a new watermark: what is seen is done anew. */
  refresh() {
    for (const sheet of this.sheets.values()) sheet.marked = null;
    this.#draw();
  }

  /** A message instead of pages, with one of the icons; a plain page is no fault. */
  say(shape, [title, text], again = null) {
    const { words } = this.desk;
    this.state.replaceChildren(
      el(
        'div.notice',
        { 'data-kind': shape === 'page' ? 'plain' : 'fault', role: 'status' },
        icon(shape),
        el('div', {}, el('h3', {}, title), el('p', {}, text)),
        again ? el('div.do', {}, el('button.btn', { type: 'button', onclick: again }, icon('again'), words.retry)) : null,
      ),
    );
    this.state.hidden = false;
  }

  empty(message) {
    this.#leave();
    this.place = null;
    this.key = null;
    this.say('page', message);
    this.onplace(this);
  }

  destroy() {
    this.#leave();
    this.watch.disconnect();
    this.element.remove();
  }

  #leave() {
    this.number += 1;
    this.drawing?.abort();
    for (const [page] of this.sheets) this.#release(page);
    if (this.taken) this.desk.library.leave(this.taken, this.ontrouble);
    this.taken = null;
    this.book = null;
    this.layout = null;
    this.note.hidden = true;
    this.state.hidden = true;
    this.roll.style.height = '0';
  }

  #busy(name) {
    const { words } = this.desk;
    this.state.replaceChildren(
      el('div.rd-blank', { role: 'status' }, el('p', {}, words.opening(name)), el('p.muted', {}, words.openingHint)),
    );
    this.state.hidden = false;
  }

  #refuse(error) {
    const { words, library } = this.desk;
    const trouble = error instanceof Trouble ? error : new Trouble('broken', error);
    if (trouble.kind === 'closed') return;
    library.drop(this.key);
    this.taken = null;
    this.note.hidden = true;
    const place = { ...this.place };
    const again = () => {
      this.key = null;
      this.show(place);
    };
    this.say(trouble.kind === 'password' ? 'lock' : 'wrench', words.troubles[trouble.kind] ?? words.troubles.broken, trouble.mends || trouble.kind === 'denied' ? again : null);
    this.onplace(this);
  }

  #offline(trouble) {
    const { words } = this.desk;
    const source = this.desk.source(this.place);
    this.note.hidden = !trouble;
    if (!trouble) return;
    const again = () => this.desk.library.open.get(this.key)?.document.again();
    if (!this.book) {
      this.note.hidden = true;
      this.say('wrench', words.troubles.network, () => {
        this.#busy(titleOf(source));
        again();
      });
      return;
    }
    this.note.replaceChildren(
      icon('wrench'),
      el('span', {}, words.offline),
      el('button.btn', { type: 'button', onclick: again }, icon('again'), words.retry),
    );
  }

  #measure() {
    const { clientWidth } = this.scroll;
    const fit = Math.min(WIDEST, clientWidth - 2 * SIDES);
    this.layout.measure(Math.round(fit * this.zoom));
    this.roll.style.height = `${this.layout.total}px`;
    this.roll.style.width = `${Math.max(clientWidth, this.layout.width + 2 * SIDES)}px`;
    for (const [page, sheet] of this.sheets) this.#put(page, sheet);
  }

  #put(page, { box }) {
    const { style } = box;
    style.top = `${this.layout.topOf(page)}px`;
    style.width = `${this.layout.width}px`;
    style.height = `${this.layout.heightOf(page)}px`;
  }

  #scrolled(wanted = null) {
    if (!this.layout || this.scroll.clientHeight === 0 || this.hidden) return;
    this.kept = this.scroll.scrollTop > 0 ? this.layout.anchor(this.scroll.scrollTop) : null;
    const page = wanted ?? this.layout.current(this.scroll.scrollTop, this.scroll.clientHeight);
    const still = wanted === null && this.held !== undefined && Math.abs(this.scroll.scrollTop - this.held) < 2;
    if (wanted !== null) this.held = this.scroll.scrollTop;
    if (!still && page !== this.place.page) {
      this.place = { ...this.place, page };
      this.onplace(this);
    }
    this.#draw();
  }

  // Drawing: one page at a time, what is seen first. A run ends when the view changes; the next begins with the new view.
  #draw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.#run());
  }

  async #run() {
    if (!this.layout) return;
    const { book, layout } = this;
    const pages = layout.window(this.scroll.scrollTop, this.scroll.clientHeight);
    for (const [page] of this.sheets) if (!pages.includes(page)) this.#release(page);
    for (const page of pages) this.#sheet(page);
    if (this.drawing && !pages.includes(this.drawing.page)) this.drawing.abort();
    if (this.running) {
      this.waiting = true;
      return;
    }
    this.running = true;
    try {
      for (const page of pages) {
        await this.#one(book, layout, page);
        if (this.waiting || this.book !== book || this.layout !== layout) break;
      }
    } finally {
      this.running = false;
      if (this.waiting || this.book !== book) {
        this.waiting = false;
        this.#draw();
      }
    }
  }

  async #one(book, layout, page) {
    const sheet = this.sheets.get(page);
    if (!sheet) return;
    const size = await book.sizeOf(page).catch(() => null);
    if (this.book !== book || !this.sheets.has(page)) return;
    if (size && layout.setSize(page, size)) this.relayout();
    await this.#paint(book, page, sheet);
    if (this.book === book && this.sheets.get(page) === sheet) await this.#mark(book, page, sheet);
  }

  #sheet(page) {
    if (this.sheets.has(page)) return;
    const { words } = this.desk;
    const wait = el('p.rd-wait', {}, words.drawing(page));
    const hits = el('div.rd-hits', { 'aria-hidden': 'true' });
    const box = el('div.rd-page', { role: 'img', 'aria-label': words.pageOf(page, this.pages) }, wait, hits);
    const sheet = { box, wait, hits, drawn: null, marked: null, canvas: null };
    this.sheets.set(page, sheet);
    this.#put(page, sheet);
    this.roll.append(box);
  }

  async #paint(book, page, sheet) {
    const { words, watermark } = this.desk;
    const ratio = layoutRatio(this.layout, page);
    const wish = this.layout.width * Math.min(3, globalThis.devicePixelRatio || 1);
    const width = Math.round(Math.min(wish, Math.sqrt(MOST_PIXELS / ratio)));
    const drawn = `${width} ${watermark}`;
    if (sheet.drawn === drawn) return;
    const stop = new AbortController();
    this.drawing = { page, abort: () => stop.abort() };
    const slow = setTimeout(() => sheet.wait.append(el('span', {}, words.slow)), SLOW_AFTER);
    const canvas = el('canvas');
    try {
      await book.draw(page, canvas, width, stop.signal);
      stop.signal.throwIfAborted();
      paint(canvas, watermark, width / this.layout.width);
      free(sheet.canvas);
      sheet.canvas?.remove();
      sheet.canvas = canvas;
      sheet.box.prepend(canvas);
      sheet.wait.hidden = true;
      sheet.drawn = drawn;
      this.desk.drawn?.(page);
    } catch (error) {
      free(canvas);
      if (!stop.signal.aborted && this.book === book) this.#pageTrouble(page, sheet, error, drawn);
    } finally {
      clearTimeout(slow);
      this.drawing = null;
    }
  }

  #pageTrouble(page, sheet, error, drawn) {
    const { words } = this.desk;
    if (error instanceof Trouble && error.kind !== 'page') {
      if (error.kind !== 'closed') {
        const { key } = this;
        this.#leave();
        this.key = key;
        this.#refuse(error);
      }
      return;
    }
    sheet.drawn = drawn;
    const again = () => {
      sheet.drawn = null;
      sheet.wait.replaceChildren(words.drawing(page));
      this.#draw();
    };
    sheet.wait.hidden = false;
    sheet.wait.replaceChildren(
      el('b', {}, words.pageTrouble(page)),
      el('span', {}, words.pageDo),
      el('button.btn', { type: 'button', onclick: again }, icon('again'), words.retry),
    );
  }

  async #mark(book, page, sheet) {
    const needle = this.desk.needle();
    if (sheet.marked === needle) return;
    sheet.marked = needle;
    const found = needle ? await book.hits(page, needle).catch(() => []) : [];
    if (sheet.marked !== needle) return;
    sheet.hits.replaceChildren(
      ...found.flatMap((boxes) =>
        boxes.map((it) => {
          const mark = el('i');
          for (const side of ['left', 'top', 'width', 'height']) mark.style[side] = `${(it[side] * 100).toFixed(3)}%`;
          return mark;
        }),
      ),
    );
    const aim = this.desk.aim;
    if (aim?.pane === this && aim.page === page && found[aim.nth]?.[0]) {
      this.desk.aim = null;
      this.reveal(page, found[aim.nth][0].top);
      let first = found.slice(0, aim.nth).reduce((sum, boxes) => sum + boxes.length, 0);
      for (const _ of found[aim.nth]) sheet.hits.children[first++]?.setAttribute('data-now', '');
    }
  }

  #release(page) {
    const sheet = this.sheets.get(page);
    this.sheets.delete(page);
    free(sheet.canvas);
    sheet.box.remove();
  }
}

function layoutRatio(layout, page) {
  const { width, height } = layout.sizeOf(page);
  return height / width;
}

/** A canvas gives its memory back at once when it has no pixels. */
function free(canvas) {
  if (!canvas) return;
  canvas.width = 0;
  canvas.height = 0;
}
