/** A household with a page, its users, and what drives it in a browser. */
import type { Test } from 'tap';
import { hashPassword } from '../../src/access/password.ts';
import { freePort } from './free-port.ts';
import { openHouse } from './house.ts';
import type { Daemon, House, Sections } from './house.ts';

/** The password of every user. */
export const PASSWORD = 'correct horse';

/** Who may log in: an admin, a parent of VLAN kids, and a viewer of it. */
const USERS = [
  { name: 'anna', role: 'admin', vlans: '' },
  { name: 'ben', role: 'parent', vlans: ', vlans: [kids]' },
  { name: 'vera', role: 'viewer', vlans: ', vlans: [kids]' },
];

/** A household whose page is served. */
export interface PageHouse extends House {
  /** Such as `http://127.0.0.1:8053`. */
  readonly origin: string;
}

/** Makes a household with a page; `isOpen`: nobody needs to log in. */
export async function openPageHouse(
  t: Test,
  sections: Sections = {},
  { isOpen = false }: { readonly isOpen?: boolean } = {},
): Promise<PageHouse> {
  const port = await freePort('127.0.0.1');
  const password = await hashPassword(PASSWORD);
  const users = USERS.map(
    ({ name, role, vlans }) => `    - { name: ${name}, password: "${password}", role: ${role}${vlans} }\n`,
  );
  const web = `web:\n  listen: ["127.0.0.1:${port}"]\n${isOpen ? '' : `  users:\n${users.join('')}`}`;
  const house = await openHouse(t, {
    policies: `policies:
  open: {}
  kids:
    block: { lists: [ads], services: [youtube], rules: [casino.example] }
    allowance: { youtube: 60m }
    schedules: [{ name: bedtime, from: "21:00", to: "06:30", block: { services: [tiktok] } }]`,
    querylog: '',
    web,
    ...sections,
  });
  return Object.assign(house, { origin: `http://127.0.0.1:${port}` });
}

/** Starts the daemon and waits until its page is served. */
export async function servePage(house: PageHouse): Promise<Daemon> {
  const daemon = await house.serve();
  await daemon.logged('web_listening');
  return daemon;
}
