// The search panel: what to find, how far reading has come, hits by bid. Owns: its element, the chosen hit.

import { button, el, icon } from './dom.js';
import { search, searchable } from './find.js';
import { titleOf } from './trail.js';

const RENEW = 600;

export class SearchPanel {
  /** @param desk {words, bids(), finder, needle}  @param acts {show(hit, nth), needle(text), close(), first()} */
  constructor(desk, acts) {
    this.desk = desk;
    this.acts = acts;
    const { words } = desk;
    this.input = el('input.input', {
      type: 'search',
      'aria-label': words.needle,
      placeholder: words.needleHint,
      autocomplete: 'off',
      spellcheck: 'false',
      maxlength: '80',
      oninput: () => this.#typed(),
      oncompositionend: () => this.#typed(),
      onkeydown: (event) => this.#key(event),
    });
    this.parts = {
      line: el('p', {}),
      act: el('button.btn', { type: 'button', 'data-size': 'sm', onclick: () => (desk.finder.running ? this.#halt() : this.resume()) }),
      bar: el('span.bar', { 'aria-hidden': 'true' }, el('i')),
      where: el('p.muted.rd-at'),
    };
    this.progress = el('div.rd-progress', {}, ...Object.values(this.parts));
    this.sum = el('p.rd-sum', { role: 'status' });
    this.list = el('div.rd-groups');
    this.previous = button('up', words.previousHit, { onclick: () => this.go(-1) });
    this.next = button('down', words.nextHit, { onclick: () => this.go(1) });
    this.element = el(
      'aside.rd-side.rd-search',
      { 'aria-label': words.search, hidden: true },
      el('header', {}, el('h2', {}, words.search), el('span.grow'), button('close', words.closeSearch, { kind: 'quiet', onclick: () => acts.close() })),
      el('div.rd-needle', {}, this.input, this.previous, this.next),
      this.progress,
      this.sum,
      this.list,
    );
    this.hits = [];
    this.chosen = -1;
  }

  open(text) {
    this.element.hidden = false;
    if (text !== undefined && text !== null) this.input.value = text;
    this.input.focus();
    this.input.select();
    this.#typed();
    this.resume();
  }

  resume() {
    this.desk.finder.start(this.acts.first()).catch(() => {});
    this.renew();
  }

  /** Progress has come: the bar at once, the hits now and then. */
  progressed() {
    if (this.element.hidden) return;
    if (this.desk.finder.running) {
      this.#bar();
      this.timer ??= setTimeout(() => this.renew(), RENEW);
    } else this.renew();
  }

  renew() {
    clearTimeout(this.timer);
    this.timer = null;
    this.#bar();
    const { desk } = this;
    const needle = this.input.value;
    const groups = search(desk.bids(), (bid, document) => desk.finder.pages(bid, document), needle);
    this.#list(groups, searchable(needle));
  }

  /** To the next (1) or previous (-1) hit. */
  go(direction) {
    if (this.hits.length === 0) return;
    const from = this.chosen < 0 && direction < 0 ? 0 : this.chosen;
    this.#choose((from + direction + this.hits.length) % this.hits.length);
  }

  #typed() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => {
      this.chosen = -1;
      this.chosenKey = null;
      this.acts.needle(searchable(this.input.value) ? this.input.value : '');
      this.renew();
    }, 120);
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      this.go(event.shiftKey ? -1 : 1);
    }
    if (event.key === 'ArrowDown' && this.hits.length > 0) {
      event.preventDefault();
      this.list.querySelector('button.rd-hit')?.focus();
    }
  }

  #choose(at) {
    this.chosen = at;
    const hit = this.hits[at];
    this.chosenKey = key(hit);
    const items = this.list.querySelectorAll('button.rd-hit');
    items.forEach((item, index) => (index === at ? item.setAttribute('aria-current', 'true') : item.removeAttribute('aria-current')));
    items[at]?.scrollIntoView({ block: 'nearest' });
    this.acts.show(hit, hit.nth);
  }

  // The button stays the same element: what is pressed must not be replaced under the finger.
  #bar() {
    const { words, finder } = this.desk;
    const { all, done } = finder.counts;
    const { at, running } = finder;
    const { line, act, bar, where } = this.parts;
    const whole = all > 0 && done === all && !running;
    line.textContent = running ? words.reading(Math.min(done + 1, all), all) : whole ? words.complete(all) : all ? (finder.broken ? words.brokeOff : words.stopped)(done, all) : '';
    act.hidden = whole || all === 0;
    bar.hidden = act.hidden;
    where.hidden = !running;
    if (act.dataset.running !== String(running)) {
      act.dataset.running = String(running);
      act.replaceChildren(icon(running ? 'stop' : 'play'), running ? words.stop : words.resume);
    }
    bar.style.setProperty('--v', finder.share.toFixed(3));
    where.textContent = at ? words.readingPage(at.label, at.name, at.page, at.pages || '…') : '';
  }

  #halt() {
    this.desk.finder.stop();
    this.renew();
  }

  #list(groups, wanted) {
    const { words } = this.desk;
    this.hits = [];
    this.previous.toggleAttribute('disabled', true);
    this.next.toggleAttribute('disabled', true);
    if (!wanted) {
      this.sum.textContent = '';
      this.list.replaceChildren(el('p.rd-hint', {}, words.searchIdle));
      return;
    }
    const total = groups.reduce((sum, group) => sum + group.count, 0);
    this.sum.textContent = total > 0 ? words.total(total, groups.filter((it) => it.count > 0).length) : '';
    const at = this.list.scrollTop;
    const focus = document.activeElement?.dataset?.key;
    this.list.replaceChildren(...groups.map((group) => this.#group(group)));
    this.list.scrollTop = at;
    if (focus) this.list.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
    const any = this.hits.length > 0;
    this.previous.toggleAttribute('disabled', !any);
    this.next.toggleAttribute('disabled', !any);
    this.chosen = this.hits.findIndex((hit) => key(hit) === this.chosenKey);
    if (this.chosen >= 0) this.list.querySelectorAll('button.rd-hit')[this.chosen].setAttribute('aria-current', 'true');
  }

  #group(group) {
    const { words, finder } = this.desk;
    const bid = this.desk.bids().find((it) => it.id === group.bid);
    const whole = bid.documents.every((it) => finder.shelf(bid.id, it.index)?.done);
    const none = whole ? words.none : finder.running ? words.noneYet : words.noneStopped;
    const rows = [];
    let last = null;
    let nth = 0;
    let page = null;
    for (const hit of group.hits) {
      if (hit.document !== last && bid.documents.length > 1) {
        rows.push(el('li.rd-doc', {}, titleOf(bid.documents.find((it) => it.index === hit.document))));
      }
      nth = hit.document === last && hit.page === page ? nth + 1 : 0;
      [last, page] = [hit.document, hit.page];
      rows.push(this.#hit({ ...hit, nth }));
    }
    if (group.count > group.hits.length) rows.push(el('li.rd-doc', {}, words.more(group.count - group.hits.length)));
    for (const source of bid.documents) {
      const note = noteOf(words, source, finder.shelf(bid.id, source.index));
      if (note) rows.push(el('li.rd-note', {}, icon('page'), note));
    }
    return el(
      'section',
      {},
      el('h3', {}, el('b', {}, group.label), el('span', { 'data-none': group.count === 0 }, group.count > 0 ? words.hits(group.count) : none)),
      rows.length > 0 ? el('ul', {}, ...rows) : null,
    );
  }

  #hit(hit) {
    const { words } = this.desk;
    const at = this.hits.length;
    this.hits.push(hit);
    return el(
      'li',
      {},
      el(
        'button.rd-hit',
        {
          type: 'button',
          'data-key': key(hit),
          'aria-label': words.hitPage(hit.page, `${hit.before}${hit.match}${hit.after}`),
          onclick: () => this.#choose(at),
          onkeydown: (event) => this.#walk(event, at),
        },
        el('span.num', {}, words.atPage(hit.page)),
        el('span', {}, hit.before, el('mark', {}, hit.match), hit.after),
      ),
    );
  }

  #walk(event, at) {
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (next < 0) this.input.focus();
    else this.list.querySelectorAll('button.rd-hit')[next]?.focus();
  }
}

function key(hit) {
  return `${hit.bid}/${hit.document}/${hit.page}/${hit.nth}`;
}

/** What a search cannot tell of a document, so that “no match” is not taken for more than it is. */
function noteOf(words, source, shelf) {
  if (!shelf?.done) return null;
  if (shelf.note === 'image') return words.image(titleOf(source));
  if (shelf.note === 'unread') return words.unread(titleOf(source));
  return shelf.bare > 0 ? words.scanned(titleOf(source), shelf.bare, shelf.all) : null;
}
