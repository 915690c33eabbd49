// The bytes of a document, by ranges. Owns: requests, repeats, what is still missing. Must not know: what is in them.
//
// PDF.js is told the length beforehand and asks for what it needs; a range that failed is kept, so that after a break in
// the network nothing has to be fetched twice. Nothing is left in the browser's cache.

import { PDFDataRangeTransport } from './pdf.js';
import { Trouble, refusal } from './trouble.js';

const PAUSES = [250, 1000, 2500];

export class Ranges extends PDFDataRangeTransport {
  /** @param source {url, bytes}  @param token () → the token of now  @param ontrouble (Trouble|null) → void */
  constructor(source, token, ontrouble) {
    super(source.bytes, null);
    this.source = source;
    this.token = token;
    this.ontrouble = ontrouble;
    this.failed = new Map();
    this.stop = new AbortController();
  }

  requestDataRange(begin, end) {
    this.#fetch(begin, end).then(
      (bytes) => {
        if (!this.stop.signal.aborted) this.onDataRange(begin, bytes);
      },
      (error) => {
        if (this.stop.signal.aborted) return;
        this.failed.set(begin, end);
        this.ontrouble(error instanceof Trouble ? error : new Trouble('network', error));
      },
    );
  }

  /** Asks again for what is missing. */
  again() {
    const missing = [...this.failed];
    this.failed.clear();
    this.ontrouble(null);
    for (const [begin, end] of missing) this.requestDataRange(begin, end);
  }

  abort() {
    this.stop.abort();
  }

  async #fetch(begin, end) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#once(begin, end);
      } catch (error) {
        const hopeless = error instanceof Trouble && !error.mends;
        if (hopeless || attempt >= PAUSES.length || this.stop.signal.aborted) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSES[attempt]));
    }
  }

  async #once(begin, end) {
    const answer = await request(this.source.url, this.token(), this.stop.signal, `bytes=${begin}-${end - 1}`);
    const expected = `bytes ${begin}-${end - 1}/${this.source.bytes}`;
    // A length other than the announced one would make PDF.js read nonsense.
    if (answer.status !== 206 || answer.headers.get('content-range') !== expected) {
      await answer.body?.cancel();
      throw new Trouble('changed');
    }
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (bytes.length !== end - begin) throw new Trouble('network');
    return bytes;
  }
}

/** One request with the token in its header, never in the address. */
export async function request(url, token, signal, range) {
  const headers = { Authorization: `Bearer ${token}` };
  if (range) headers.Range = range;
  const answer = await fetch(url, { headers, signal, cache: 'no-store', credentials: 'same-origin', referrerPolicy: 'no-referrer' });
  if (!answer.ok) throw new Trouble(refusal(answer.status));
  return answer;
}
