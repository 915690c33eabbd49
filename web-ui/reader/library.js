// The documents that are open. Owns: which stay open, and their end. A document may be hundreds of megabytes: only those
// in a pane stay open, and the one looked at before.

import { newWorker } from './pdfkit.js';
import { ImageDocument } from './imagedoc.js';
import { PdfDocument } from './pdfdoc.js';
import { Trouble } from './trouble.js';
import { kindOf } from './trail.js';

const KEPT = 3;

export class Library {
  /** @param token () → the token of now */
  constructor(token) {
    this.token = token;
    this.open = new Map();
    this.worker = newWorker('pages');
  }

  /** The document of a source, opened if need be; `ontrouble` hears of a broken network while it is in use. */
  take(key, source, ontrouble) {
    const book = this.open.get(key) ?? this.#begin(key, source);
    book.users.add(ontrouble);
    this.open.delete(key);
    this.open.set(key, book);
    this.#sweep();
    return book.document;
  }

  /** A pane no longer shows it. It stays open while there is room. */
  leave(key, ontrouble) {
    this.open.get(key)?.users.delete(ontrouble);
    this.#sweep();
  }

  /** Forgets a document that cannot be shown, so that a second try begins anew. */
  drop(key) {
    const book = this.open.get(key);
    this.open.delete(key);
    book?.document.destroy();
  }

  #begin(key, source) {
    const users = new Set();
    const tell = (trouble) => users.forEach((user) => user(trouble));
    const book = { users, document: openSource(source, this.token, this.worker, tell) };
    this.open.set(key, book);
    return book;
  }

  #sweep() {
    for (const [key, book] of this.open) {
      if (this.open.size <= KEPT) return;
      if (book.users.size === 0) this.drop(key);
    }
  }

  destroy() {
    for (const key of [...this.open.keys()]) this.drop(key);
    this.worker.destroy();
  }
}

/** Opens by kind; what cannot be shown is a document whose opening fails. */
export function openSource(source, token, worker, ontrouble) {
  const kind = kindOf(source);
  if (kind === 'pdf') return new PdfDocument(source, token, worker, ontrouble);
  if (kind === 'image') return new ImageDocument(source, token, ontrouble);
  const opened = Promise.reject(new Trouble(kind));
  opened.catch(() => {});
  return { opened, destroy() {}, again() {} };
}
