// Where pages stand in a pane, and which of them are to be drawn. Owns: arithmetic. Must not know: the browser.
//
// Pages count from 1. A page whose size is not known yet is taken to be as large as the first one; when its size comes
// in, the reader keeps the place that is being read where it is.

/** Space above each page, in CSS pixels. */
export const GAP = 20;

/** Browsers refuse elements much taller than this; magnification ends before it. */
const TALLEST = 30_000_000;

export class Layout {
  /** @param {number} count pages  @param {{width: number, height: number}} size of the first page */
  constructor(count, size) {
    this.count = count;
    this.default = size;
    this.sizes = new Map();
    this.width = 0;
    this.tops = new Float64Array(count + 1);
  }

  /** A page's own size; whether that moves anything. */
  setSize(page, { width, height }) {
    const known = this.sizeOf(page);
    this.sizes.set(page, { width, height });
    return Math.abs(known.width / known.height - width / height) > 1e-4;
  }

  sizeOf(page) {
    return this.sizes.get(page) ?? this.default;
  }

  /** Every page is as wide as `width` CSS pixels; less where the whole would grow too tall. */
  measure(width) {
    const ratio = this.default.height / this.default.width;
    this.width = Math.max(40, Math.min(width, (TALLEST / this.count - GAP) / ratio));
    let top = GAP;
    for (let page = 1; page <= this.count; page += 1) {
      this.tops[page - 1] = top;
      top += this.heightOf(page) + GAP;
    }
    this.tops[this.count] = top;
  }

  heightOf(page) {
    const { width, height } = this.sizeOf(page);
    return (this.width * height) / width;
  }

  topOf(page) {
    return this.tops[page - 1];
  }

  /** Height of all pages. */
  get total() {
    return this.tops[this.count];
  }

  /** The page at a height from the top; a gap belongs to the page above it. */
  pageAt(y) {
    let [low, high] = [1, this.count];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tops[middle - 1] <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The pages that are seen, and one more on each side, the seen ones first. */
  window(top, height) {
    const [from, to] = [this.pageAt(top), this.pageAt(top + height)];
    const seen = [];
    for (let page = from; page <= to; page += 1) seen.push(page);
    if (to < this.count) seen.push(to + 1);
    if (from > 1) seen.push(from - 1);
    return seen;
  }

  /** The page that is being read: the one that takes the upper third of the view. */
  current(top, height) {
    if (top <= 0) return 1;
    if (top + height >= this.total - 1) return this.pageAt(top + height - GAP);
    return this.pageAt(top + height / 3);
  }

  /** A place that survives a change of sizes: page, and how far down it. */
  anchor(top) {
    const page = this.pageAt(top);
    return { page, part: (top - this.topOf(page)) / this.heightOf(page) };
  }

  /** The height at which an anchor stands now. */
  place({ page, part }) {
    return this.topOf(page) + part * this.heightOf(page);
  }
}

/** What a reader typed as a page; null if it is no page of these. */
export function pageOf(typed, count) {
  const digits = typed.normalize('NFKC').replace(/\s|第|页/g, '');
  if (!/^\d{1,6}$/.test(digits)) return null;
  const page = Number(digits);
  return page >= 1 && page <= count ? page : null;
}

/** The steps of magnification; 1 fills the pane. */
export const ZOOMS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4];

/** The next step up (1) or down (-1). */
export function step(zoom, direction) {
  const steps = direction > 0 ? ZOOMS.filter((it) => it > zoom + 0.01) : ZOOMS.filter((it) => it < zoom - 0.01);
  return (direction > 0 ? steps[0] : steps.at(-1)) ?? zoom;
}
