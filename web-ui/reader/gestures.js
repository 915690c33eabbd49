// Magnifying by hand: Ctrl and the wheel, or two fingers. One finger scrolls as everywhere.

/** @param set (zoom) → void  @param now () → the zoom of now */
export function gestures(element, set, now) {
  element.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      set(now() * Math.exp(-event.deltaY / 400));
    },
    { passive: false },
  );
  let start = null;
  const span = ({ touches: [a, b] }) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  element.addEventListener('touchstart', (event) => {
    if (event.touches.length === 2) start = { span: span(event), zoom: now() };
  });
  element.addEventListener(
    'touchmove',
    (event) => {
      if (!start || event.touches.length !== 2) return;
      event.preventDefault();
      set((start.zoom * span(event)) / start.span);
    },
    { passive: false },
  );
  for (const name of ['touchend', 'touchcancel']) {
    element.addEventListener(name, () => {
      start = null;
    });
  }
}
