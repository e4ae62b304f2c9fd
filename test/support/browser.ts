/** A real browser for tests of the page: Debian's Chromium, driven by playwright-core. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Test } from 'tap';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/local/bin/chrome'];

const program = PROGRAMS.find((path) => existsSync(path));

/** Why no browser can be had; false where one can. For `skip`. */
export const noBrowser = program === undefined ? 'there is no chromium; apt-get install chromium' : false;

/** Sizes that the page is looked at in: a phone and a desk. */
export const SIZES = {
  phone: { width: 360, height: 740 },
  desk: { width: 1440, height: 900 },
} as const;

/** Starts a browser that ends with the test. */
export async function openBrowser(t: Test): Promise<Browser> {
  const browser = await launchBrowser();
  t.teardown(() => browser.close());
  return browser;
}

/** Starts a browser. */
export function launchBrowser(): Promise<Browser> {
  if (program === undefined) throw new Error(String(noBrowser));
  return chromium.launch({
    executablePath: program,
    // Root has no sandbox; nothing but our own page is opened.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}

/** A page with what went wrong in it: errors of scripts, what the policy of contents refused, requests to other hosts. */
export interface WatchedPage {
  readonly page: Page;
  /** A line for each fault so far. */
  readonly faults: string[];
}

/** Opens a page of its own session. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: SIZES.phone,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ignoreHTTPSErrors: true,
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // A refusal of the server is part of what is tested; the browser tells of each.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol.startsWith('http') && asked !== origin) faults.push(`asked ${asked}`);
  });
  return { page, faults };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds against WCAG 2.2 AA in a page as it is now, a line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger: the page's own policy refuses scripts that are not its own.
  await page.evaluate(axe);
  const found = await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, target.join(' '), failureSummary].join(': '))))`,
  );
  return Array.isArray(found) ? found.map(String) : [`axe gave ${String(found)}`];
}
