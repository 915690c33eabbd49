// Bookmarks of the documents in the panes. Owns: when they are read: titles once the first page stands, their pages one
// after the other in idle time, because finding a page may cost a request for each of its neighbours.

import { flat } from './trail.js';
import { idle } from './idle.js';

export class Bookmarks {
  /** @param onchange (book) → void, when titles or pages have come */
  constructor(onchange) {
    this.onchange = onchange;
    this.lists = new Map();
  }

  /** Bookmarks of a document, flat; null while their titles are being read. `page` is undefined until it is found. */
  of(book) {
    return this.lists.get(book) ?? null;
  }

  /** Reads the bookmarks of a document once; those of documents not in `shown` are forgotten. */
  async read(book, shown) {
    for (const other of this.lists.keys()) if (!shown.includes(other)) this.lists.delete(other);
    if (this.lists.has(book)) return;
    this.lists.set(book, null);
    const entries = flat(await book.outline());
    if (!this.lists.has(book)) return;
    this.lists.set(book, entries);
    this.onchange(book);
    let told = performance.now();
    for (const entry of entries) {
      await idle();
      if (!this.lists.has(book)) return;
      entry.page ??= await book.pageOf(entry.dest);
      if (performance.now() - told > 400) {
        told = performance.now();
        this.onchange(book);
      }
    }
    if (this.lists.has(book)) this.onchange(book);
  }
}
