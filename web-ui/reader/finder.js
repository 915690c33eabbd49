// Reads the words of all documents, a few pages at a time, when the browser has nothing better to do. Owns: the texts read
// so far, and how far reading has come. It has a worker of its own and holds one document open.

import { idle } from './idle.js';
import { newWorker } from './pdfkit.js';
import { openSource } from './library.js';
import { folded } from './find.js';
import { Trouble } from './trouble.js';
import { kindOf, titleOf } from './trail.js';

/** A page with fewer letters is most likely an image: a number of the page, a stamp, no more. */
const FEW = 12;

/** Pages asked for at once: while one waits for its bytes, another is read. */
const TOGETHER = 6;

export class Finder {
  /** @param token () → the token of now  @param onprogress () → void */
  constructor(token, onprogress) {
    this.token = token;
    this.onprogress = onprogress;
    this.shelves = new Map();
    this.bids = [];
    this.at = null;
    this.running = false;
    /** Whether reading ended because the room could not be reached. */
    this.broken = false;
  }

  /** The bids to read; texts of documents that are no longer among them are forgotten. */
  setBids(bids) {
    this.bids = bids;
    const keys = new Set(this.#all().map(({ key }) => key));
    for (const key of [...this.shelves.keys()]) if (!keys.has(key)) this.shelves.delete(key);
  }

  pages(bid, document) {
    return this.shelves.get(`${bid}/${document}`)?.pages ?? [];
  }

  shelf(bid, document) {
    return this.shelves.get(`${bid}/${document}`) ?? null;
  }

  get counts() {
    const all = this.#all();
    return { all: all.length, done: all.filter(({ key }) => this.shelves.get(key)?.done).length };
  }

  /** Of the whole, 0 to 1; a document that is being read counts by its pages. */
  get share() {
    const { all, done } = this.counts;
    const own = this.at && this.at.pages ? this.at.page / this.at.pages : 0;
    return all ? Math.min(1, (done + own) / all) : 1;
  }

  /** Reads on, the document at `first` before the others. */
  async start(first) {
    if (this.running) return;
    this.running = true;
    this.broken = false;
    const stop = new AbortController();
    this.stopping = stop;
    const order = this.#all();
    order.sort((a, b) => Number(b.key === first) - Number(a.key === first));
    try {
      for (const item of order) {
        if (!this.shelves.get(item.key)?.done) await this.#read(item, stop.signal);
        if (stop.signal.aborted) return;
      }
    } catch {
      this.broken = true;
    } finally {
      if (this.stopping === stop) {
        this.running = false;
        this.at = null;
        this.worker?.destroy();
        this.worker = null;
        this.onprogress();
      }
    }
  }

  stop() {
    this.stopping?.abort();
    this.stopping = null;
    this.running = false;
    this.at = null;
    this.worker?.destroy();
    this.worker = null;
    this.onprogress();
  }

  #all() {
    return this.bids.flatMap((bid) =>
      bid.documents.map((source) => ({ bid, source, key: `${bid.id}/${source.index}` })),
    );
  }

  async #read({ bid, source, key }, signal) {
    const shelf = this.shelves.get(key) ?? { pages: [], all: 0, bare: 0, done: false, note: null };
    this.shelves.set(key, shelf);
    const kind = kindOf(source);
    if (kind !== 'pdf') {
      Object.assign(shelf, { done: true, note: kind === 'image' ? 'image' : 'unread' });
      return;
    }
    this.at = { label: bid.label, name: titleOf(source), page: shelf.pages.length, pages: 0 };
    this.onprogress();
    this.worker ??= newWorker('search');
    let broken = null;
    const failed = new Promise((_, reject) => {
      broken = reject;
    });
    failed.catch(() => {});
    const halt = () => broken(signal.reason);
    signal.addEventListener('abort', halt);
    const book = openSource(source, this.token, this.worker, (trouble) => trouble && broken(trouble));
    try {
      await Promise.race([book.opened, failed]);
      shelf.all = book.pages;
      while (shelf.pages.length < book.pages) {
        await idle();
        signal.throwIfAborted();
        const next = shelf.pages.length + 1;
        const some = Array.from({ length: Math.min(TOGETHER, book.pages - next + 1) }, (_, at) => next + at);
        const texts = await Promise.race([Promise.all(some.map((page) => book.text(page).catch(unreadable))), failed]);
        signal.throwIfAborted();
        for (const text of texts) {
          const page = { text, folded: folded(text) };
          shelf.pages.push(page);
          if (page.folded.length < FEW) shelf.bare += 1;
        }
        Object.assign(this.at, { page: shelf.pages.length, pages: book.pages });
        this.onprogress();
      }
      shelf.done = true;
    } catch (error) {
      if (signal.aborted) return;
      // A break in the network or a token that has expired says nothing of the document: reading goes on from here later.
      if (error instanceof Trouble && (error.kind === 'network' || error.kind === 'denied')) throw error;
      Object.assign(shelf, { done: true, note: 'unread' });
    } finally {
      signal.removeEventListener('abort', halt);
      book.destroy();
    }
  }
}

/** A page that is broken has no words; a document that is refused as a whole has no pages. */
function unreadable(error) {
  if (error instanceof Trouble && error.kind !== 'page') throw error;
  return '';
}
