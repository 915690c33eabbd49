// A PDF document as the panes see it: pages with sizes, drawings, words, bookmarks. Owns: one document of PDF.js.

import { ANNOTATIONS, open } from './pdfkit.js';
import { Ranges } from './ranges.js';
import { advances, cover, matches, ordinary } from './find.js';
import { Trouble, fromPdf } from './trouble.js';

/** How far bookmarks are followed, and how many: a broken file may have them in a circle. */
const DEEPEST = 8;
const MOST_ENTRIES = 3000;

export class PdfDocument {
  /** Opens a document; a broken network is told to `ontrouble` and mended with `again`. */
  constructor(source, token, worker, ontrouble) {
    this.ranges = new Ranges(source, token, (trouble) => {
      if (trouble && !trouble.mends) this.refused?.(trouble);
      else ontrouble(trouble);
    });
    this.refusal = new Promise((_, reject) => {
      this.refused = reject;
    });
    this.refusal.catch(() => {});
    this.task = open(this.ranges, worker);
    this.opened = this.#ready(this.task.promise);
    this.opened.catch(() => {});
    this.entries = null;
  }

  async #ready(promise) {
    let first;
    try {
      this.pdf = await Promise.race([promise, this.refusal]);
      this.pages = this.pdf.numPages;
      if (!(this.pages > 0)) throw new Trouble('blank');
      first = await Promise.race([this.pdf.getPage(1), this.refusal]);
    } catch (error) {
      throw fromPdf(error);
    }
    this.first = size(first);
    return this;
  }

  async #page(number) {
    try {
      return await Promise.race([this.pdf.getPage(number), this.refusal]);
    } catch (error) {
      throw error instanceof Trouble ? error : new Trouble('page', error);
    }
  }

  async sizeOf(number) {
    return size(await this.#page(number));
  }

  /** Draws a page onto a canvas of this width in device pixels. */
  async draw(number, canvas, width, signal) {
    const page = await this.#page(number);
    signal.throwIfAborted();
    const viewport = page.getViewport({ scale: width / size(page).width });
    canvas.width = Math.max(1, Math.round(viewport.width));
    canvas.height = Math.max(1, Math.round(viewport.height));
    const task = page.render({ canvas, viewport, annotationMode: ANNOTATIONS, background: '#ffffff' });
    const stop = () => task.cancel();
    signal.addEventListener('abort', stop);
    try {
      await Promise.race([task.promise, this.refusal]);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof Trouble ? error : new Trouble('page', error);
    } finally {
      signal.removeEventListener('abort', stop);
      page.cleanup();
    }
  }

  async #content(number) {
    const page = await this.#page(number);
    const content = await Promise.race([page.getTextContent({ disableNormalization: true }), this.refusal]);
    const parts = content.items.filter((it) => typeof it.str === 'string');
    return { page, content, parts };
  }

  /** The words of a page. */
  async text(number) {
    const { page, parts } = await this.#content(number);
    page.cleanup();
    return parts.map(words).join('');
  }

  /** The boxes of all matches on a page, in shares of its size: one list of boxes for each match. */
  async hits(number, needle) {
    const { page, content, parts } = await this.#content(number);
    const viewport = page.getViewport({ scale: 1 });
    const texts = parts.map((part) => ({ text: words(part), advance: advances(words(part)) }));
    const all = texts.map((it) => it.text).join('');
    return matches(all, needle).map((match) =>
      cover(texts, match)
        .map(({ part, from, to }) => box(parts[part], content.styles[parts[part].fontName], viewport, from, to))
        .filter((it) => it.width > 0 && it.height > 0),
    );
  }

  /** Bookmarks as a tree of {title, dest, children}. */
  outline() {
    this.entries ??= this.#outline().catch(() => []);
    return this.entries;
  }

  async #outline() {
    let left = MOST_ENTRIES;
    const walk = (items, depth) => {
      const out = [];
      for (const item of items ?? []) {
        if (left <= 0 || depth > DEEPEST) break;
        left -= 1;
        const title = ordinary(item.title ?? '').replace(/[\u0000-\u001f\u200e\u200f\u202a-\u202e]/g, ' ').trim();
        out.push({ title, dest: item.dest, children: walk(item.items, depth + 1) });
      }
      return out;
    };
    return walk(await Promise.race([this.pdf.getOutline(), this.refusal]), 0);
  }

  /** The page that a bookmark leads to; null if to none. Finding it may take many requests in a large document. */
  async pageOf(dest) {
    try {
      const explicit = typeof dest === 'string' ? await this.pdf.getDestination(dest) : dest;
      const [target] = explicit ?? [];
      if (Number.isInteger(target)) return target + 1;
      return target ? (await Promise.race([this.pdf.getPageIndex(target), this.refusal])) + 1 : null;
    } catch {
      return null;
    }
  }

  again() {
    this.ranges.again();
  }

  destroy() {
    this.ranges.abort();
    this.refused(new Trouble('closed'));
    this.task.destroy().catch(() => {});
  }
}

function size(page) {
  const { width, height } = page.getViewport({ scale: 1 });
  return { width: Math.max(1, width), height: Math.max(1, height) };
}

function words(part) {
  const text = ordinary(part.str);
  return part.hasEOL ? `${text}\n` : text;
}

/** The box of a piece of a part, in shares of the page. */
function box(part, style, viewport, from, to) {
  const [a, b, c, d, x, y] = part.transform;
  const [along, up] = [Math.hypot(a, b) || 1, Math.hypot(c, d) || 1];
  let [right, rise] = [[a / along, b / along], [c / up, d / up]];
  let [length, height] = [part.width, up];
  let [low, high] = [-0.22, 0.9];
  if (style?.vertical) {
    [right, rise] = [[-rise[0], -rise[1]], right];
    [length, height, low, high] = [part.height, along, -0.5, 0.5];
  }
  const corners = [
    [from, low],
    [from, high],
    [to, low],
    [to, high],
  ].map(([s, t]) =>
    viewport.convertToViewportPoint(
      x + right[0] * length * s + rise[0] * height * t,
      y + right[1] * length * s + rise[1] * height * t,
    ),
  );
  const [xs, ys] = [corners.map((it) => it[0]), corners.map((it) => it[1])];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return {
    left: left / viewport.width,
    top: top / viewport.height,
    width: (Math.max(...xs) - left) / viewport.width,
    height: (Math.max(...ys) - top) / viewport.height,
  };
}
