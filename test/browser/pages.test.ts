// Each page as people have it: on a phone and at a desk, light and dark, in both languages. What is asked of each: nothing is wrong in it, WCAG 2.2 AA
// as far as axe-core sees it, no scrolling sideways, nothing that moves by itself, and everything can be reached by keyboard.
import t from 'tap';
import type { Test } from 'tap';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { accessibilityFaults, noBrowser, openBrowser, openPage, SIZES } from '../support/browser.ts';
import { ask } from '../support/house.ts';
import { openPageHouse, servePage } from '../support/page-house.ts';
import type { PageHouse } from '../support/page-house.ts';

/** Each page, with what is there once it has what it shows. */
const PAGES = {
  home: 'main h2',
  log: 'main [role="row"], main li, main tr, main article',
  'why?who=kids&name=casino.example': 'main h2, main h3, main dl',
  lists: 'main table, main li, main article',
  traffic: 'main table, main canvas',
  doctor: 'main button',
  configuration: 'main ol, main pre, main table',
} as const;

const LOOKS: readonly (BrowserContextOptions & { readonly name: string })[] = [
  { name: 'phone, light, English', viewport: SIZES.phone, colorScheme: 'light', locale: 'en-GB' },
  { name: 'phone, dark, German', viewport: SIZES.phone, colorScheme: 'dark', locale: 'de-DE' },
  { name: 'desk, dark, English', viewport: SIZES.desk, colorScheme: 'dark', locale: 'en-GB' },
  { name: 'desk, light, German', viewport: SIZES.desk, colorScheme: 'light', locale: 'de-DE' },
];

/** Sums what the layout moved by itself (Layout Instability API), from the first moment on. */
const WATCH_SHIFTS = `globalThis.shifts = 0;
  new PerformanceObserver((list) => { for (const shift of list.getEntries()) if (!shift.hadRecentInput) globalThis.shifts += shift.value; })
    .observe({ type: 'layout-shift', buffered: true });`;

async function makeTraffic({ kids, servers }: PageHouse): Promise<void> {
  for (const name of ['casino.example', 'ads.example', 'www.example.com', 'a.example.net']) {
    await ask(kids, name);
    await ask(servers, name);
  }
}

t.test('pages', { skip: noBrowser }, async (t) => {
  const house = await openPageHouse(t, {}, { isOpen: true });
  await servePage(house);
  await makeTraffic(house);
  const browser = await openBrowser(t);
  for (const [route, shown] of Object.entries(PAGES))
    for (const { name, ...look } of LOOKS)
      await t.test(`${route.replace(/\?.*/, '')}: ${name}`, (t) =>
        lookAt(t, { browser, house, look }, { route, shown }),
      );
});

async function lookAt(
  t: Test,
  { browser, house, look }: { browser: Browser; house: PageHouse; look: BrowserContextOptions },
  { route, shown }: { route: string; shown: string },
): Promise<void> {
  const { page, faults } = await openPage(browser, house.origin, look);
  await page.addInitScript(WATCH_SHIFTS);
  await page.goto(`${house.origin}/#/${route}`);
  await page.locator(shown).first().waitFor();
  t.strictSame(await accessibilityFaults(page), [], 'axe-core finds nothing');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  t.ok(wide <= 0, 'nothing scrolls sideways');
  t.equal(await page.evaluate('globalThis.shifts'), 0, 'nothing moves by itself');
  t.strictSame(await unreachable(page), [], 'the keyboard reaches everything');
  t.strictSame(faults, [], 'nothing went wrong');
  await page.context().close();
}

/** What can be clicked and is not reached by the tabulator key, each by its text. */
async function unreachable(page: Page): Promise<string[]> {
  const all = await page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'a[href], button, input, select, summary, textarea, [tabindex="0"]',
      ),
    ]
      .filter(
        (one) =>
          one.checkVisibility({ visibilityProperty: true }) &&
          !one.matches(':disabled, [type=radio]:not(:checked), [tabindex="-1"]'),
      )
      .map((one, index) => {
        one.dataset['number'] = String(index);
        return `${one.tagName} ${one.textContent.trim().slice(0, 40)}`;
      }),
  );
  const reached = new Set<number>();
  await page.evaluate(() =>
    document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined,
  );
  for (let presses = 0; presses < Math.min(all.length + 5, MOST_PRESSES); presses++) {
    await page.keyboard.press('Tab');
    const number = await page.evaluate(() =>
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset['number'] : undefined,
    );
    if (number !== undefined) reached.add(Number(number));
  }
  if (all.length > MOST_PRESSES) return [];
  return all.filter((_, index) => !reached.has(index));
}

/** Long lists are not walked through to their ends. */
const MOST_PRESSES = 80;
