/** `vlandns services` as people run it: with a configuration, without one, and with one that has errors. */
import { rmSync } from 'node:fs';
import t from 'tap';
import { openHouse } from '../../support/house.ts';

interface Told {
  readonly services: readonly {
    readonly name: string;
    readonly category: string;
    readonly blockedBy: string[];
  }[];
}

t.test('services tells what there is, what is in one, and which policies use it', async (t) => {
  const house = await openHouse(t);
  house.configure({
    policies: `policies:
  kids: { block: { services: [tiktok, clan] } }
  open: { allow: { services: roblox } }`,
    lists:
      'services: { clan: { title: Our clan, names: [clan.example, chat.clan.example], extends: roblox } }',
  });
  const { status, stdout, stderr } = await house.run(['services']);
  t.match({ status, stderr }, { status: 0, stderr: '' });
  const [head = '', first = '', ...rest] = stdout.split('\n');
  t.match(head, /^service +title +category +names +policies$/);
  t.match(first, /^clan +Our clan +own +\d+ {2}blocked by kids$/, 'own ones come first');
  t.ok(rest.some((line) => /^tiktok +TikTok +social +\d+ {2}blocked by kids$/.test(line)));
  t.ok(rest.some((line) => /^roblox +Roblox +games +\d+ {2}allowed by open$/.test(line)));
  t.ok(rest.some((line) => /^netflix +Netflix +video +\d+$/.test(line)));

  const one = await house.run(['services', 'tiktok']);
  t.match(
    one.stdout,
    /^tiktok: TikTok, social\nfacts: .*\bv2fly\b.* 20\d\d-\d\d-\d\d\npolicies: blocked by kids\n/,
  );
  t.match(one.stdout, /^ {2}tiktok\.com {2}\(config\/services\/tiktok\.yaml:\d+\)$/m);
  const own = await house.run(['services', 'clan']);
  t.match(
    own.stdout,
    /^ {2}clan\.example {2}\(.*vlandns\.yaml:\d+\)\n[^]*^ {2}roblox\.com {2}\(config\/services\/roblox/m,
  );
  t.notMatch(own.stdout, /facts:/);
  const shared = await house.run(['services', 'prime-video']);
  t.match(shared.stdout, /^shares: +names with amazon$/m);
  t.match(shared.stdout, /^policies: none uses it$/m);
});

t.test('services needs no configuration, and says so where it has errors', async (t) => {
  const house = await openHouse(t);
  rmSync(house.file);
  const without = await house.run(['services', 'games', '--json']);
  t.match(without, { status: 0, stderr: '' });
  const { services }: Told = JSON.parse(without.stdout);
  t.ok(services.length > 10 && services.every(({ category }) => category === 'games'), 'those of a category');
  t.ok(services.every(({ blockedBy }) => blockedBy.length === 0));
  house.configure({ limits: 'limits: { rat: 0 }' });
  const { status, stdout, stderr } = await house.run(['services', 'roblox']);
  t.equal(status, 0);
  t.match(stderr, /error: limits\.rat[^]*the configuration has errors/);
  t.match(stdout, /^ {2}roblox\.com /m);
});

t.test('services says what to write for a service that there is not', async (t) => {
  const house = await openHouse(t);
  for (const [args, said] of [
    [['tictok'], /there is no service "tictok"; did you mean "tiktok"\? "vlandns services" prints all/],
    [['gamez'], /did you mean "games"\?[^]*categories are: .*games, .*vpn/],
    [['games', 'roblox'], /too many operands; write: vlandns services \[NAME\|CATEGORY\]/],
  ] as const) {
    const { status, stdout, stderr } = await house.run(['services', ...args]);
    t.match({ status, stdout }, { status: 2, stdout: '' }, args.join(' '));
    t.match(stderr, said);
  }
});
