const { entry, styles } = await (await fetch('/reader.json')).json();
await new Promise((resolve) => {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = styles;
  link.onload = resolve;
  document.head.prepend(link);
});
globalThis.bidroomReader = () => import(entry);
globalThis.places = [];
globalThis.start = async (options) => {
  globalThis.reader?.destroy();
  const { mount } = await globalThis.bidroomReader();
  globalThis.began = performance.now();
  globalThis.reader = mount(document.querySelector('#desk'), options);
  globalThis.reader.onplace = (place) => globalThis.places.push(place);
};
// When the first page stands there, in milliseconds since the desk was mounted.
new MutationObserver((_, watch) => {
  if (!document.querySelector('.rd-page canvas')) return;
  globalThis.firstPage = performance.now() - globalThis.began;
  watch.disconnect();
}).observe(document.body, { childList: true, subtree: true });
globalThis.ready = true;
