// The bar above the pages. Owns: its elements. Must not know: how pages are drawn.

import { button, el, icon } from './dom.js';
import { pageOf } from './layout.js';
import { titleOf } from './trail.js';

export class Toolbar {
  constructor(desk, acts) {
    this.desk = desk;
    const { words } = desk;
    this.outline = button('list', words.outline, { 'aria-expanded': 'false', onclick: acts.outline });
    this.page = pageBox(words, acts.page);
    this.where = el('nav.rd-where', { 'aria-label': words.document });
    this.ondocument = acts.document;
    this.fit = el('button.btn.rd-fit', { type: 'button', title: words.fit, onclick: () => acts.zoom(0) });
    this.find = button('search', words.find, { words: true, keys: words.findKeys, 'aria-expanded': 'false', onclick: acts.find });
    this.compare = button('cols', words.compare, { words: true, 'aria-pressed': 'false', onclick: acts.compare });
    this.element = el(
      'div.rd-tools',
      { role: 'toolbar', 'aria-label': words.desk },
      this.outline,
      this.page.element,
      this.where,
      el(
        'div.rd-zoom',
        { role: 'group' },
        button('minus', words.zoomOut, { onclick: () => acts.zoom(-1) }),
        this.fit,
        button('plus', words.zoomIn, { onclick: () => acts.zoom(1) }),
      ),
      this.find,
      this.compare,
    );
    this.state = {};
    this.set({ place: null, pages: 0, zoom: 1, trail: [] });
  }

  set(state) {
    const { words } = this.desk;
    this.state = { ...this.state, ...state };
    const { place, pages, zoom, outline, compare, search } = this.state;
    this.page.set(place?.page ?? null, pages);
    const share = `${Math.round(zoom * 100)}%`;
    this.fit.replaceChildren(zoom === 1 ? icon('fit') : '', el('span', {}, zoom === 1 ? words.fit : share));
    this.fit.setAttribute('aria-label', zoom === 1 ? words.fit : `${share}, ${words.fit}`);
    this.outline.setAttribute('aria-expanded', String(outline === true));
    this.find.setAttribute('aria-expanded', String(search === true));
    this.compare.setAttribute('aria-pressed', String(compare === true));
    this.compare.querySelector('.rd-words').textContent = compare ? words.endCompare : words.compare;
    this.compare.setAttribute('aria-label', compare ? words.endCompare : words.compare);
    this.#where();
  }

  #where() {
    const { place, trail } = this.state;
    const { desk } = this;
    const shown = JSON.stringify([place?.bid, place?.document, trail, desk.bids().length]);
    if (shown === this.shown) return;
    this.shown = shown;
    if (!place) {
      this.where.replaceChildren();
      return;
    }
    const documents = desk.bids().find((it) => it.id === place.bid)?.documents ?? [];
    const tail = trail.map((title) => [el('span.rd-sep', { 'aria-hidden': 'true' }, '›'), el('span', {}, title)]).flat();
    this.where.replaceChildren(
      el('b', {}, desk.label(place.bid)),
      picker(desk.words.document, documents.map((it) => [it.index, titleOf(it)]), place.document, this.ondocument),
      el('span.rd-trail', { title: trail.join(' › ') }, ...tail),
    );
  }
}

/** Page and number of pages; what is no page is said, and the old page stays. */
export function pageBox(words, go) {
  let [page, pages] = [null, 0];
  const input = el('input', {
    type: 'text',
    inputmode: 'numeric',
    autocomplete: 'off',
    maxlength: '6',
    'aria-label': words.page,
    onfocus: () => input.select(),
    oninput: () => fault(false),
    onblur: () => {
      input.value = page ?? '';
      fault(false);
    },
    onkeydown: (event) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      const wanted = pageOf(input.value, pages);
      fault(wanted === null);
      if (wanted !== null) {
        go(wanted);
        input.select();
      }
    },
  });
  const all = el('span', { 'aria-hidden': 'true' });
  const hint = el('span.rd-hintbox', { role: 'alert' });
  const element = el('label.rd-box.num', {}, input, all, hint);
  const fault = (wrong) => {
    input.toggleAttribute('aria-invalid', false);
    if (wrong) input.setAttribute('aria-invalid', 'true');
    hint.textContent = wrong ? words.noPage(pages) : '';
  };
  return {
    element,
    set(newPage, newPages) {
      [page, pages] = [newPage, newPages];
      if (document.activeElement !== input || pageOf(input.value, pages) !== page) {
        if (!input.hasAttribute('aria-invalid')) input.value = pages ? (page ?? '') : '';
      }
      input.disabled = !pages;
      input.style.width = `${Math.max(2, String(pages).length) + 0.6}ch`;
      all.textContent = ` / ${pages || '—'}`;
    },
  };
}

/** A choice; with a single option, only its name. */
export function picker(label, options, chosen, pick) {
  const name = options.find(([id]) => id === chosen)?.[1] ?? '';
  if (options.length < 2) return el('span.rd-only', { title: name }, name);
  const select = el('select.rd-pick', {
    'aria-label': label,
    title: name,
    onchange: () => pick(options[select.selectedIndex][0]),
  });
  for (const [id, text] of options) select.append(el('option', { selected: id === chosen }, text));
  return select;
}
