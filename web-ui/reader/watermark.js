// Who reads, and when, over every page: painted into the canvas, not laid over it.

const TILT = -0.42;

/** @param scale device pixels per CSS pixel of the canvas */
export function paint(canvas, words, scale) {
  if (!words) return;
  const pen = canvas.getContext('2d');
  const size = 17 * scale;
  pen.save();
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.globalCompositeOperation = 'source-over';
  pen.font = `400 ${size}px "Noto Sans CJK SC", "Microsoft YaHei", sans-serif`;
  pen.textBaseline = 'middle';
  const across = pen.measureText(words).width + size * 6;
  const down = size * 11;
  const reach = Math.hypot(canvas.width, canvas.height) / 2;
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.rotate(TILT);
  // Dark words with a thin light edge are read on paper and on photographs alike.
  pen.lineWidth = scale;
  pen.strokeStyle = 'rgba(255,255,255,.10)';
  pen.fillStyle = 'rgba(80,96,112,.15)';
  let row = 0;
  for (let y = -reach; y < reach; y += down) {
    for (let x = -reach - (row % 2) * (across / 2); x < reach; x += across) {
      pen.strokeText(words, x, y);
      pen.fillText(words, x, y);
    }
    row += 1;
  }
  pen.restore();
}
