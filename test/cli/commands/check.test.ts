// What check tells of the page: who can reach it, by the addresses that the configuration and this machine's interfaces have.
import t from 'tap';
import { hashPassword } from '../../../src/access/password.ts';
import { freePort } from '../../support/free-port.ts';
import { openHouse, WITHOUT_LISTS } from '../../support/house.ts';

t.test(
  'check warns where a filtered VLAN can reach the page, and refuses one that is open to all',
  async (t) => {
    const house = await openHouse(t, WITHOUT_LISTS);
    const port = await freePort('127.0.40.1');
    const user = `users: [{ name: anna, password: "${await hashPassword('correct horse')}", role: admin }]`;
    const check = async (web: string) => {
      house.configure({ web: `web: { ${web} }` });
      return house.runHere(['check']);
    };
    const near = await check(`listen: "127.0.40.1:${port}", ${user}`);
    t.equal(near.status, 0, 'that is not an error');
    t.match(
      near.stderr,
      new RegExp(
        String.raw`vlandns\.yaml:\d+:\d+: warning: web\.listen: the filtered VLAN kids can reach the page on 127\.0\.40\.1:${port}; listen on an address of VLAN servers, or block TCP port ${port} there with pf`,
      ),
    );
    t.notMatch((await check(`listen: "127.0.60.1:${port}", ${user}`)).stderr, /can reach the page/);
    const open = await check(`listen: "192.0.2.1:${port}"`);
    t.equal(open.status, 2);
    t.match(open.stderr, /error: web\.listen: .* there are no users; write users:/);
    t.match(open.stderr, /error: web\.listen: .* write certificate: and key:/);
  },
);
