// The page in Chromium with a processor four times as slow: first paint, what a click takes, what moves by itself.
import type { BrowserContext, Page } from 'playwright-core';
import { launchBrowser, SIZES } from '../../test/support/browser.ts';

/** A phone's processor is so many times as slow. */
const SLOWER = 4;

const ROUNDS = 5;

/** Notes what the layout moves by itself and how long each event takes to be shown (Event Timing), from the first moment on. */
const WATCH = `globalThis.seen = { shifts: 0, slowest: 0 };
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) seen.shifts += one.value; })
    .observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) seen.slowest = Math.max(seen.slowest, duration); })
    .observe({ type: 'event', durationThreshold: 16, buffered: true });`;

/** What was seen; milliseconds. */
export interface SeenInBrowser {
  /** From the click on the address to the first text, the median of some loads without a cache. */
  readonly firstPaintMs: number;
  /** The slowest of some clicks and keys, until what they changed was painted. */
  readonly interactionMs: number;
  readonly shift: number;
}

/** Looks at a page at this address. */
export async function lookAt(origin: string): Promise<SeenInBrowser> {
  const browser = await launchBrowser();
  try {
    const seen: SeenInBrowser[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const context = await browser.newContext({ viewport: SIZES.phone, locale: 'en-GB' });
      seen.push(await oneLook(context, origin));
      await context.close();
    }
    const median = (key: keyof SeenInBrowser): number =>
      seen.map((one) => one[key]).toSorted((a, b) => a - b)[ROUNDS >> 1]!;
    return {
      firstPaintMs: median('firstPaintMs'),
      interactionMs: median('interactionMs'),
      shift: Math.max(...seen.map(({ shift }) => shift)),
    };
  } finally {
    await browser.close();
  }
}

async function oneLook(context: BrowserContext, origin: string): Promise<SeenInBrowser> {
  const page = await context.newPage();
  await page.addInitScript(WATCH);
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.goto(`${origin}/#/home`);
  await page.getByRole('heading', { name: 'kids', exact: true }).waitFor();
  const firstPaintMs = await numberOf(
    page,
    `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`,
  );
  await page.getByRole('button', { name: 'Allow…' }).first().click();
  await page.getByRole('dialog').locator('input[role=combobox]').first().fill('you');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  for (const view of ['Log', 'Why']) await page.getByRole('link', { name: view, exact: true }).click();
  await page.waitForTimeout(500);
  const interactionMs = await numberOf(page, 'seen.slowest');
  const shift = await numberOf(page, 'seen.shifts');
  return { firstPaintMs, interactionMs, shift };
}

async function numberOf(page: Page, expression: string): Promise<number> {
  return Number(await page.evaluate(expression));
}
