// Finding words in pages. Owns: folding, matches, snippets, grouping. Must not know: PDF, the browser.
//
// Chinese is broken into lines anywhere, and bidders mix full-width and half-width forms: text is folded before it is
// compared. Folding drops white space, and makes one form and one case of each letter.

const SPACE = /[\s\u00ad\u200b-\u200d\ufeff]/;

/**
 * Signs that many programs write for a character that looks the same: radicals. NFKC knows those of Kangxi; these are
 * the simplified ones of the supplement.
 */
const RADICALS = new Map(
  [...'⺠民⻁虎⻄西⻅见⻆角⻇角⻉贝⻋车⻐长⻑长⻒长⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟食⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻬齐⻮齿⻰龙⻳龟'.matchAll(/(.)(.)/gu)].map(([, sign, character]) => [sign, character]),
);

/** The text with ordinary characters where radicals stand for them; no place in it moves. */
export function ordinary(text) {
  return text.replace(/[\u2e80-\u2fdf]/g, (sign) => RADICALS.get(sign) ?? sign.normalize('NFKC'));
}

/** Folded text, and for each of its units the place in `text` that it comes from. */
export function fold(text) {
  let folded = '';
  const from = [];
  let at = 0;
  for (const letter of text) {
    if (!SPACE.test(letter)) {
      const form = letter.normalize('NFKC').toLowerCase().replace(/\s/g, '');
      folded += form;
      for (let unit = 0; unit < form.length; unit += 1) from.push(at);
    }
    at += letter.length;
  }
  from.push(text.length);
  return { folded, from };
}

/** Only the folded text, where places are not needed. */
export function folded(text) {
  return text.normalize('NFKC').toLowerCase().replace(/[\s\u00ad\u200b-\u200d\ufeff]+/g, '');
}

/** Whether there is anything to look for. */
export function searchable(needle) {
  return folded(needle).length > 0;
}

/** Places of `needle` in `text`, as [start, end) of the text; they do not overlap. */
export function matches(text, needle) {
  const wanted = folded(needle);
  if (!wanted) return [];
  const { folded: hay, from } = fold(text);
  const found = [];
  for (let at = hay.indexOf(wanted); at >= 0; at = hay.indexOf(wanted, at + wanted.length)) {
    const last = from[at + wanted.length - 1];
    found.push([from[at], last + (text.codePointAt(last) > 0xffff ? 2 : 1)]);
  }
  return found;
}

/** Line breaks between ideographs are none; elsewhere they part words. The signs in brackets bound the match. */
const BREAK = /([\u2e80-\uffef][\u0001\u0002]?)\s*\n\s*(?=[\u0001\u0002]?[\u2e80-\uffef])/g;

/** The words around a match in one line: before, the match, after. */
export function snippet(text, [start, end], { before = 14, after = 30 } = {}) {
  const [from, to] = [Math.max(0, start - before * 3), end + after * 3];
  const around = `${text.slice(from, start)}\u0001${text.slice(start, end)}\u0002${text.slice(end, to)}`;
  const [head, match, tail] = around.replace(BREAK, '$1').replace(/\s+/g, ' ').split(/[\u0001\u0002]/);
  const [heads, tails] = [[...head], [...tail]];
  const [cutBefore, cutAfter] = [heads.length > before || from > 0, tails.length > after || to < text.length];
  return {
    before: (cutBefore ? '…' : '') + heads.slice(-before).join('').trimStart(),
    match,
    after: tails.slice(0, after).join('').trimEnd() + (cutAfter ? '…' : ''),
  };
}

/** How many hits of one bid are listed; the others are counted only. */
export const LISTED = 200;

/**
 * Hits over all bids in the order of the bids. Bids without a hit stay in the list: that nothing was found says
 * something too.
 * @param bids the bids with their documents  @param pageText (bid, document) → texts of pages read so far, from page 1
 */
export function search(bids, pageText, needle) {
  const wanted = folded(needle);
  const groups = [];
  for (const bid of bids) {
    const group = { bid: bid.id, label: bid.label, count: 0, hits: [] };
    for (const document of bid.documents) {
      const pages = wanted ? pageText(bid.id, document.index) : [];
      pages.forEach(({ text, folded: hay }, at) => {
        if (!hay.includes(wanted)) return;
        for (const match of matches(text, needle)) {
          group.count += 1;
          if (group.hits.length >= LISTED) continue;
          group.hits.push({ bid: bid.id, document: document.index, page: at + 1, ...snippet(text, match) });
        }
      });
    }
    groups.push(group);
  }
  return groups;
}

/**
 * The boxes that a match covers, from the parts of a page's text in reading order.
 * @param parts [{text, advance: [per unit, cumulative 0…1]}] joined without separator
 * @returns [{part, from, to}] with from and to as shares of the part's length
 */
export function cover(parts, [start, end]) {
  const boxes = [];
  let at = 0;
  parts.forEach(({ text, advance }, part) => {
    const [first, last] = [Math.max(start, at) - at, Math.min(end, at + text.length) - at];
    if (first < last) boxes.push({ part, from: advance(first), to: advance(last) });
    at += text.length;
  });
  return boxes;
}

/** Where in a part a unit begins, as a share of its length; ideographs are twice as wide as letters, about. */
export function advances(text) {
  const sums = [0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const width = code > 0x2e7f ? 1 : code === 0x20 ? 0.28 : code < 0x20 ? 0 : 0.52;
    sums.push(sums[at] + width);
  }
  const all = sums[text.length] || 1;
  return (at) => sums[at] / all;
}
