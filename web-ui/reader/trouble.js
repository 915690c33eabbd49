// Why something cannot be shown. Owns: the kinds, and which of them a second try may mend.

const MENDS = new Set(['network', 'slow', 'page']);

export class Trouble extends Error {
  /** @param kind one of the keys of `troubles` in words.js */
  constructor(kind, cause) {
    super(kind, { cause });
    this.kind = kind;
    this.mends = MENDS.has(kind);
  }
}

/** The kind of a refused answer. */
export function refusal(status) {
  if (status === 401 || status === 403) return 'denied';
  if (status === 404 || status === 410) return 'gone';
  if (status === 416) return 'changed';
  return 'network';
}

/** What PDF.js says, as a kind. */
export function fromPdf(error) {
  if (error instanceof Trouble) return error;
  if (error?.name === 'PasswordException') return new Trouble('password', error);
  return new Trouble('broken', error);
}
