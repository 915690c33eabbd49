// The experts' reading desk 阅标台: bids side by side with the score sheet, read but not taken away.
//
//   const { mount } = await globalThis.bidroomReader();
//   const reader = mount(element, { language, watermark, token, bids, marks });
//
// docs/reading-desk.md says what the options mean. Owns: the interface to the page that shows it. Each mounted reader
// stands alone; nothing is global but the style sheet.

import { Desk } from './desk.js';
import { style } from './assets.js';

let sheet = null;

/** The style sheet is fetched once, by whoever mounts first. */
function styled() {
  sheet ??= new Promise((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = style;
    link.onload = resolve;
    // Without styles the desk still reads; it must not stay hidden.
    link.onerror = resolve;
    document.head.append(link);
  });
  return sheet;
}

export function mount(element, options) {
  const reader = {
    onplace: null,
    show: (place) => desk.show(place),
    compare: (place) => desk.compare(place),
    search: (text) => desk.search(text),
    update(more) {
      desk.update(more);
    },
    destroy() {
      desk.destroy();
    },
  };
  const desk = new Desk(options, (place) => reader.onplace?.(place));
  desk.element.style.visibility = 'hidden';
  element.append(desk.element);
  styled().then(() => {
    desk.element.style.visibility = '';
    desk.begin();
  });
  return reader;
}
