// An image as a document of one page: drawn into the canvas like any page, so that it carries the watermark and cannot
// be dragged out.

import { request } from './ranges.js';
import { Trouble } from './trouble.js';

/** A larger file than this is no photograph of a certificate. */
const MOST_BYTES = 120 * 1024 * 1024;

export class ImageDocument {
  constructor(source, token, ontrouble) {
    this.stop = new AbortController();
    this.source = source;
    this.token = token;
    this.ontrouble = ontrouble;
    this.pages = 1;
    this.opened = this.#load();
    this.opened.catch(() => {});
  }

  async #load() {
    if (this.source.bytes > MOST_BYTES) throw new Trouble('large');
    let blob;
    try {
      const answer = await request(this.source.url, this.token(), this.stop.signal);
      blob = await answer.blob();
    } catch (error) {
      throw error instanceof Trouble ? error : new Trouble('network', error);
    }
    try {
      this.bitmap = await createImageBitmap(blob);
    } catch (error) {
      throw new Trouble('image', error);
    }
    this.first = { width: this.bitmap.width, height: this.bitmap.height };
    return this;
  }

  async sizeOf() {
    return this.first;
  }

  async draw(_, canvas, width) {
    canvas.width = Math.max(1, Math.round(width));
    canvas.height = Math.max(1, Math.round((width * this.first.height) / this.first.width));
    const pen = canvas.getContext('2d');
    pen.imageSmoothingQuality = 'high';
    pen.fillStyle = '#ffffff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(this.bitmap, 0, 0, canvas.width, canvas.height);
  }

  async text() {
    return '';
  }

  async hits() {
    return [];
  }

  async outline() {
    return [];
  }

  async pageOf() {
    return null;
  }

  again() {}

  destroy() {
    this.stop.abort();
    this.bitmap?.close();
  }
}
