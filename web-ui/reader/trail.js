// Bookmarks and marks: where a page belongs, and what stands at the same item in another bid. Owns: lookups only.

/** Bookmarks as a flat list in reading order. */
export function flat(outline, depth = 0, above = []) {
  return outline.flatMap((entry) => {
    const path = [...above, entry.title];
    return [{ ...entry, depth, path }, ...flat(entry.children ?? [], depth + 1, path)];
  });
}

/**
 * Which bookmark a page belongs to: the first one on it, else the last one before it; -1 if none, or if bookmarks that
 * follow have not been found yet and might be nearer.
 */
export function entryAt(entries, page) {
  let best = -1;
  entries.forEach((entry, at) => {
    if (!entry.page || entry.page > page) return;
    const known = best < 0 ? 0 : entries[best].page;
    if (entry.page > known || (entry.page === known && known < page)) best = at;
  });
  const nearer = best < 0 || entries[best].page < page;
  return nearer && entries.slice(best + 1).some((it) => it.page === undefined) ? -1 : best;
}

/** The bookmark titles above a page, outermost first. */
export function trail(entries, page) {
  return entries[entryAt(entries, page)]?.path ?? [];
}

/** The mark that a place belongs to: the last one of its bid and document at or before the page. */
export function markAt(marks, { bid, document, page }) {
  const near = marks.filter((it) => it.bid === bid && it.document === document && it.page <= page);
  return near.sort((a, b) => b.page - a.page)[0] ?? null;
}

/** Titles without their numbers, so that “5.2 数据平台” and “第五章 数据平台” meet. */
export function plain(title) {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^\s*(第\s*[一二三四五六七八九十百\d]+\s*[章节篇部分条]*|[一二三四五六七八九十]+\s*[、.]|\(?[\d.]+\)?\s*[、.]?)/, '')
    .replace(/\s+/g, '');
}

/**
 * Where the same item stands in another bid: by the mark of the same criterion; else the document of the same name,
 * else of the same place in the list, from its first page.
 */
export function counterpart(bids, marks, place, other) {
  const target = bids.find((it) => it.id === other);
  if (!target || target.documents.length === 0) return null;
  const here = markAt(marks, place);
  const there = here && marks.find((it) => it.bid === other && it.criterion === here.criterion);
  if (there && target.documents.some((it) => it.index === there.document)) {
    return { bid: other, document: there.document, page: there.page, by: 'mark', title: here.title };
  }
  const own = bids.find((it) => it.id === place.bid);
  const order = own ? own.documents.findIndex((it) => it.index === place.document) : 0;
  const document =
    target.documents.find((it) => it.name === own?.documents[order]?.name) ?? target.documents[order] ?? target.documents[0];
  return { bid: other, document: document.index, page: 1, by: 'document' };
}

/** The bookmark in another document that is called as the innermost one here. */
export function sameTitle(path, entries) {
  for (const title of [...path].reverse()) {
    const wanted = plain(title);
    const found = wanted && entries.find((it) => plain(it.title) === wanted);
    if (found) return found;
  }
  return null;
}

/** What a document is to the reader. */
export function kindOf({ mediaType = '', name = '', bytes }) {
  const type = mediaType.toLowerCase().split(';')[0].trim();
  if (bytes === 0) return 'empty';
  if (type === 'application/pdf' || (/^(application\/octet-stream)?$/.test(type) && /\.pdf$/i.test(name))) return 'pdf';
  if (/^image\/(png|jpe?g|webp|gif|bmp)$/.test(type)) return 'image';
  return 'other';
}

/** A document's name as it is read: without the ending that all have. */
export function titleOf({ name }) {
  return name.replace(/\.pdf$/i, '');
}
