// Chromium over WebDriver: as much of it as the tests of the desk need.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class Chromium {
  static async start({ width = 1920, height = 1080 } = {}) {
    const own = new Chromium();
    const port = await freePort();
    own.profile = mkdtempSync(join(tmpdir(), 'reader-'));
    own.driver = spawn('chromedriver', [`--port=${port}`], { stdio: 'ignore' });
    own.base = `http://127.0.0.1:${port}`;
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', `--user-data-dir=${own.profile}`, `--window-size=${width},${height}`, '--force-device-scale-factor=1', '--hide-scrollbars=false'];
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await own.call('POST', '/session', {
          capabilities: { alwaysMatch: { browserName: 'chrome', 'goog:chromeOptions': { args }, 'goog:loggingPrefs': { browser: 'ALL' } } },
        });
        own.session = `/session/${answer.sessionId}`;
        break;
      } catch (error) {
        if (attempt > 50) throw error;
        await wait(100);
      }
    }
    await own.size(width, height);
    return own;
  }

  async call(method, path, body) {
    const answer = await fetch(this.base + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  post(path, body = {}) {
    return this.call('POST', this.session + path, body);
  }

  cdp(cmd, params = {}) {
    return this.post('/goog/cdp/execute', { cmd, params });
  }

  size(width, height) {
    return this.cdp('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  }

  go(url) {
    return this.post('/url', { url });
  }

  run(script, ...args) {
    return this.post('/execute/sync', { script, args });
  }

  async find(css) {
    return (await this.post('/element', { using: 'css selector', value: css }))[ELEMENT];
  }

  async click(css) {
    return this.post(`/element/${await this.find(css)}/click`);
  }

  async type(css, text) {
    return this.post(`/element/${await this.find(css)}/value`, { text });
  }

  /** Waits until the script says something true. */
  async until(script, what = script, patience = 15_000) {
    const end = Date.now() + patience;
    for (;;) {
      const value = await this.run(`return (${script})`);
      if (value) return value;
      if (Date.now() > end) throw new Error(`not within ${patience} ms: ${what}`);
      await wait(25);
    }
  }

  async picture(path) {
    const value = await this.call('GET', `${this.session}/screenshot`);
    writeFileSync(path, Buffer.from(value, 'base64'));
  }

  async pdf(html) {
    await this.go('about:blank');
    await this.run('document.open(); document.write(arguments[0]); document.close();', html);
    const { data } = await this.cdp('Page.printToPDF', { preferCSSPageSize: true, generateTaggedPDF: true, generateDocumentOutline: true });
    return Buffer.from(data, 'base64');
  }

  async logs() {
    return this.post('/se/log', { type: 'browser' });
  }

  async stop() {
    await this.call('DELETE', this.session).catch(() => {});
    this.driver.kill();
    await wait(200);
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

export function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
