// A parent's way, from the log-in to the child's answer: in a real browser, with a real resolver.
import { Resolver } from 'node:dns/promises';
import t from 'tap';
import type { Page } from 'playwright-core';
import { noBrowser, openBrowser, openPage } from '../support/browser.ts';
import { until } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { openPageHouse, PASSWORD, servePage } from '../support/page-house.ts';

/** A resolver as a child's device has it. */
function childOf({ kids: { address, port, source } }: House): (name: string) => Promise<string> {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  resolver.setServers([`${address}:${port}`]);
  resolver.setLocalAddress(source ?? address);
  return (name) =>
    resolver.resolve4(name).then(
      (addresses) => (addresses.length > 0 ? 'answered' : 'empty'),
      (error: NodeJS.ErrnoException) => String(error.code),
    );
}

async function logIn(page: Page, user: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(user);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'kids', exact: true }).waitFor();
}

t.test(
  'a parent grants, the child is answered, the grant ends, the child is blocked',
  { skip: noBrowser },
  async (t) => {
    const house = await openPageHouse(t);
    await servePage(house);
    const ask = childOf(house);
    const { page, faults } = await openPage(await openBrowser(t), house.origin);
    t.equal(await ask('www.youtube.com'), 'ENOTFOUND', 'blocked at first');

    await page.goto(house.origin);
    await logIn(page, 'ben');
    t.equal(await page.getByRole('heading', { name: 'servers', exact: true }).count(), 0, 'of his VLAN only');
    const entry = page.getByRole('listitem').filter({ hasText: 'YouTube allowed' });
    await page.getByRole('button', { name: 'Allow YouTube' }).first().click();
    await entry.waitFor();
    t.ok(
      await until(async () => (await ask('www.youtube.com')) === 'answered'),
      'answered while it is granted',
    );

    await page.getByRole('button', { name: /^End/ }).first().click();
    await entry.waitFor({ state: 'detached' });
    t.ok(
      await until(async () => (await ask('www.youtube.com')) === 'ENOTFOUND'),
      'blocked when he has ended it',
    );

    const granted = await page.evaluate(async () => {
      const response = await fetch('/api/v1/grant', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ who: 'kids', what: 'youtube', end: '3s', reason: 'homework' }),
      });
      return response.status;
    });
    t.equal(granted, 200);
    await entry.waitFor();
    t.equal(await ask('www.youtube.com'), 'answered', 'answered again');
    await entry.waitFor({ state: 'detached' });
    t.ok(
      await until(async () => (await ask('www.youtube.com')) === 'ENOTFOUND'),
      'blocked when its time is over',
    );
    t.strictSame(faults, [], 'nothing went wrong in the page');
  },
);
