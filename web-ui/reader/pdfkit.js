// PDF.js as the reader uses it. Owns: its settings, its worker, its files. Must not know: panes, toolbars.
//
// Nothing in a document runs: no scripts, no forms of XFA, no evaluated code. Annotations are painted as part of the
// page, because electronic seals are annotations; none of them can be pressed.

import { AnnotationMode, GlobalWorkerOptions, PDFWorker, getDocument } from './pdf.js';
import { cmaps, files, packs, worker } from './assets.js';

GlobalWorkerOptions.workerSrc = worker;

export const ANNOTATIONS = AnnotationMode.ENABLE;

const fetched = new Map();

function bytesAt(url) {
  if (!fetched.has(url)) {
    const bytes = fetch(url).then(async (answer) => {
      if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
      return new Uint8Array(await answer.arrayBuffer());
    });
    bytes.catch(() => fetched.delete(url));
    fetched.set(url, bytes);
  }
  return fetched.get(url);
}

/** Character maps, standard fonts and decoders of images, each fetched when the first page needs it. */
class Files {
  async fetch({ kind, filename }) {
    if (kind === 'cMapUrl') {
      const found = cmaps[filename.replace(/\.bcmap$/, '')];
      if (!found) throw new Error(`no character map ${filename}`);
      const [pack, start, length] = found;
      return (await bytesAt(packs[pack])).slice(start, start + length);
    }
    if (!files[filename]) throw new Error(`no file ${filename}`);
    return (await bytesAt(files[filename])).slice();
  }
}

/** Started while the page around is still getting ready. */
let waiting = new PDFWorker({ name: 'pages' });

/** A worker: one for the panes, one for searching, so that a search never stands in the way of a page. */
export function newWorker(name) {
  const worker = waiting ?? new PDFWorker({ name });
  waiting = null;
  return worker;
}

export function open(range, own) {
  return getDocument({
    range,
    worker: own,
    disableAutoFetch: true,
    disableStream: true,
    rangeChunkSize: 65536,
    isEvalSupported: false,
    enableXfa: false,
    stopAtErrors: false,
    BinaryDataFactory: Files,
    useWorkerFetch: false,
    cMapUrl: 'cmaps/',
    standardFontDataUrl: 'fonts/',
    wasmUrl: 'wasm/',
    cMapPacked: true,
    verbosity: 0,
  });
}
