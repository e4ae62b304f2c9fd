// npm run screenshots: pictures of the demo's page for README, into docs/page. Not a test: what they show changes with the minute.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions } from 'playwright-core';
import { launchBrowser, SIZES } from '../support/browser.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = path.join(ROOT, 'docs/page');
const ORIGIN = 'http://127.0.0.1:8053';

/** How long the demo's clients ask before it is looked at, in milliseconds. */
const TRAFFIC_MS = 40_000;

const DESK = { width: 1100, height: 720 };

/** Each picture: its route, how it is looked at. */
const PICTURES: readonly (BrowserContextOptions & { readonly name: string; readonly route: string })[] = [
  { name: 'home-phone', route: 'home', viewport: SIZES.phone, colorScheme: 'light' },
  { name: 'why-phone', route: 'why?who=kids&name=ads.example', viewport: SIZES.phone, colorScheme: 'dark' },
  { name: 'log', route: 'log', viewport: { width: 900, height: 480 }, colorScheme: 'light' },
  { name: 'traffic', route: 'traffic', viewport: DESK, colorScheme: 'dark' },
];

mkdirSync(FOLDER, { recursive: true });
const demo = spawn(process.execPath, ['scripts/demo.mjs'], {
  cwd: ROOT,
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  await new Promise<void>((resolve) => {
    demo.stdout.on('data', (text: Buffer) => {
      if (text.includes('web_listening')) resolve();
    });
  });
  await fetch(`${ORIGIN}/api/v1/grant`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ who: 'kids', what: 'demotube', end: '45m', reason: 'homework is done' }),
  });
  await sleep(TRAFFIC_MS);
  const browser = await launchBrowser();
  for (const { name, route, ...look } of PICTURES) {
    const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...look });
    const page = await context.newPage();
    await page.goto(`${ORIGIN}/#/${route}`);
    await page.locator('main .card, main article').first().waitFor();
    await sleep(1000);
    await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
    await context.close();
  }
  await browser.close();
} finally {
  demo.kill();
  await once(demo, 'exit');
}
