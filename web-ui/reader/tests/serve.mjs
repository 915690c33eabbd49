// A server for tests of the desk: ranges, a token, the security headers of the room, and faults on demand.

import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

/** The policy of the room's server; the desk must work under it as it is. */
export function policy(repository) {
  const source = readFileSync(join(repository, 'appliance/src/http/guard.rs'), 'utf8');
  const [, text] = source.match(/const POLICY: &str = "((?:[^"\\]|\\[\s\S])*)"/);
  return text.replace(/\\\n\s*/g, '');
}

const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.json': 'application/json', '.wasm': 'application/wasm' };

/** @param folders where files are looked for, in order  @param token what documents are given for */
export async function serve({ folders, token, csp }) {
  const state = { requests: [], down: false, status: 0, delay: 0, ignoreRange: false };
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
    const headers = {
      'content-security-policy': csp,
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    };
    const file = folders.map((folder) => join(folder, path)).find((it) => existsSync(it) && statSync(it).isFile());
    const document = path.startsWith('/bids/');
    if (document) {
      state.requests.push({ path, range: request.headers.range ?? null, at: Date.now() });
      if (state.delay) await new Promise((resolve) => setTimeout(resolve, state.delay));
      if (state.down) return request.socket.destroy();
      if (state.status) return response.writeHead(state.status, headers).end();
      if (request.headers.authorization !== `Bearer ${token}`) return response.writeHead(401, headers).end();
    }
    if (!file) return response.writeHead(404, headers).end();
    const { size } = statSync(file);
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const [start, end] = range ? [Number(range[1]), Math.min(Number(range[2]), size - 1)] : [0, size - 1];
    if (range && start >= size) return response.writeHead(416, { ...headers, 'content-range': `bytes */${size}` }).end();
    const partial = range && !state.ignoreRange;
    response.writeHead(partial ? 206 : 200, {
      ...headers,
      'content-type': type,
      'accept-ranges': 'bytes',
      'content-length': partial ? end - start + 1 : size,
      ...(partial ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
    });
    if (size === 0) return response.end();
    createReadStream(file, partial ? { start, end } : {}).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { state, address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
