// What leaves the desk by hand: nothing. Copy, cut, drag, print, save and the context menu are refused here; the styles
// leave the reader out of print. A photograph of the screen is what the watermark is for.

/** Refuses in `element` and, for print and save, on the whole page. @returns a function that ends it */
export function guard(element, onfind) {
  const stop = new AbortController();
  const { signal } = stop;
  const refuse = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  for (const name of ['copy', 'cut', 'contextmenu', 'dragstart', 'drop', 'dragover']) {
    element.addEventListener(name, refuse, { capture: true, signal });
  }
  element.addEventListener(
    'selectstart',
    (event) => {
      if (!(event.target instanceof HTMLInputElement)) event.preventDefault();
    },
    { signal },
  );
  window.addEventListener(
    'keydown',
    (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === 's' || key === 'p') refuse(event);
      if (key === 'c' && element.contains(event.target)) refuse(event);
      if (key === 'f' && !event.shiftKey) {
        refuse(event);
        onfind();
      }
    },
    { capture: true, signal },
  );
  return () => stop.abort();
}
