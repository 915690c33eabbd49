// Elements without markup in strings: nothing from a document can become part of the page.

const SHAPES = {
  list: 'M8 6h12M8 12h12M8 18h12M4 6v.1M4 12v.1M4 18v.1',
  search: 'M10.500 4a6.500 6.500 0 1 0 0 13a6.500 6.500 0 1 0 0-13M15.500 15.500L21 21',
  cols: 'M4.500 4h15a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM12 4v16',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 5v14M20 5v14M7.500 12h9M10 9l-3 3 3 3M14 9l3 3-3 3',
  close: 'M6 6l12 12M18 6L6 18',
  up: 'M6 14.500l6-6 6 6',
  down: 'M6 9.500l6 6 6-6',
  mark: 'M7 4h10v16l-5-4-5 4z',
  page: 'M6 3h8l4 4v14H6zM14 3v4h4',
  fault: 'M12 4L2.800 20h18.400L12 4zM12 10v4.500M12 17.200v.1',
  wrench: 'M20 6.500a4.500 4.500 0 0 1-6 4.200L7 17.700a1.900 1.900 0 0 1-2.700-2.700l7-7a4.500 4.500 0 0 1 5.700-5.500l-2.700 2.700.6 2.400 2.400.6z',
  lock: 'M6.500 11h11a1.500 1.500 0 0 1 1.500 1.500v6a1.500 1.500 0 0 1-1.500 1.500h-11A1.500 1.500 0 0 1 5 18.500v-6A1.500 1.500 0 0 1 6.500 11zM8 11V8a4 4 0 0 1 8 0v3M12 15v2',
  stop: 'M7 7h10v10H7z',
  play: 'M8 5.500l10 6.500-10 6.500z',
  again: 'M19.500 12a7.500 7.500 0 1 1-2.400-5.500M20 3.500v4h-4',
};

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'i');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', SHAPES[name]);
  svg.append(path);
  return svg;
}

/** An element: `el('button.btn', {type: 'button', onclick}, …children)`. Functions become listeners. */
export function el(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const element = document.createElement(tag);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A button with an icon, and words that narrow panes hide. */
export function button(shape, label, { words = false, keys = null, kind = null, ...more } = {}) {
  return el(
    'button.btn',
    { type: 'button', 'aria-label': keys ? `${label} ${keys}` : label, title: words ? null : label, 'data-kind': kind, ...more },
    icon(shape),
    words ? el('span.rd-words', {}, label) : null,
    keys ? ' ' : null,
    keys ? el('kbd', { 'aria-hidden': 'true' }, keys) : null,
  );
}
