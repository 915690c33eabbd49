// Work that can wait gives way to what is being read.

/** Resolves when the browser has nothing better to do, or has kept this waiting long enough. */
export function idle() {
  return new Promise((resolve) => {
    if (globalThis.requestIdleCallback) requestIdleCallback(() => resolve(), { timeout: 150 });
    else setTimeout(resolve, 4);
  });
}
