// What every test of the desk stands on: documents, a server, a browser, and the desk's own files made once.

import { mkdirSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFileSync } from 'node:child_process';
import { Chromium } from './chromium.mjs';
import { bidHtml, breakOff, lock, writePdf } from './make.mjs';
import { policy, serve } from './serve.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
export const REPOSITORY = join(HERE, '../../..');
const TOKEN = 'token-of-expert-05';

export async function stage() {
  const own = mkdtempSync(join(tmpdir(), 'reading-'));
  const dist = process.env.BIDROOM_READER ?? bundle(join(own, 'dist'));
  const bids = join(own, 'bids');
  mkdirSync(bids);
  const server = await serve({ folders: [dist, own, join(HERE, 'page')], token: TOKEN, csp: policy(REPOSITORY) });
  const browser = await Chromium.start();

  const file = (name, bytes) => writeFileSync(join(bids, name), bytes);
  for (const [number, change] of [[1, { days: 7, seconds: 5 }], [2, { days: 15, seconds: 3 }], [3, { days: 30, seconds: 2 }]]) {
    file(`t${number}.pdf`, await browser.pdf(bidHtml(`乙0${number}`, change)));
  }
  writePdf(join(bids, 'plain.pdf'), { pages: 12, words: (page) => [`附件 ${page}　合同与验收证明`, '接口响应时间测试记录'] });
  lock(join(bids, 'plain.pdf'), join(bids, 'locked.pdf'));
  breakOff(join(bids, 't1.pdf'), join(bids, 'broken.pdf'));
  file('empty.pdf', Buffer.alloc(0));
  file('table.xlsx', Buffer.from('PK\u0003\u0004'));
  writePdf(join(bids, 'scan.pdf'), { pages: 3, noise: 60_000, words: () => [] });
  execFileSync('pdftoppm', ['-r', '90', '-png', '-f', '1', '-l', '1', '-singlefile', join(bids, 't1.pdf'), join(bids, 'photo')]);
  file('torn.png', readFileSync(join(bids, 'photo.png')).subarray(0, 200));

  const source = (index, name, path, mediaType = 'application/pdf') => ({
    index,
    name,
    mediaType,
    bytes: existsSync(join(bids, path)) ? statSync(join(bids, path)).size : 5000,
    url: `/bids/${path}`,
  });
  return { own, bids, server, browser, source, options: (more = {}) => ({ ...usual(source), token: TOKEN, ...more }), async end() {
    await browser.stop();
    server.close();
    rmSync(own, { recursive: true, force: true });
  } };
}

function usual(source) {
  const documents = (number) => [source(0, '技术标.pdf', `t${number}.pdf`), source(1, '附件.pdf', 'plain.pdf')];
  return {
    language: 'zh',
    watermark: '专家 05 号　2026-03-18 14:26',
    bids: [1, 2, 3].map((id) => ({ id, label: `乙0${id}`, documents: documents(id) })),
    marks: [1, 2, 3].flatMap((bid) => [
      { criterion: 'plan', title: '总体技术方案', bid, document: 0, page: 5 },
      { criterion: 'data', title: '数据平台与接口', bid, document: 0, page: 15 },
    ]),
  };
}

/** The desk's files as the server has them; the bundle is asked for them unless a folder is named. */
function bundle(folder) {
  execFileSync('cargo', ['run', '--quiet', '--release', '--locked', '-p', 'bidroom-web-ui-bundle', '--', '--reader', '--out', folder], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return folder;
}

/** Starts a desk and waits for its first page, or for what it says instead. */
export async function begin({ browser, server }, options, { full = false } = {}) {
  await browser.go(`${server.address}/index.html`);
  await browser.until('window.ready === true', 'the page is ready');
  await browser.run(`document.body.classList.toggle('full', ${full}); window.start(arguments[0]);`, options);
  await browser.until(SHOWN, 'a first page or a message');
}

export const SHOWN = "document.querySelector('.rd-page canvas') !== null || document.querySelector('.rd-state:not([hidden]) .notice') !== null";
