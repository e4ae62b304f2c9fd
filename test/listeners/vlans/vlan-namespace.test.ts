// VLANs on real interfaces, in network namespaces: what comes, goes and changes is followed without a restart, by the
// system's news alone as well as by the clock alone.

import t from 'tap';
import { until } from '../../support/listener-parts.ts';
import { ask, openLab, openLoad, openWatch, whyNoNamespaces } from '../../support/links/namespaces.ts';

t.jobs = 2;

const skip = whyNoNamespaces();
if (skip !== false) t.comment(`without network namespaces: ${skip}`);

for (const mode of ['monitor', 'poll'] as const)
  t.test(`links and addresses that come, change and go, by ${mode}`, { skip }, async (t) => {
    const lab = openLab(t);
    const { inVm, inHome } = lab;
    const { told, lines, end } = openWatch(lab, mode);
    await told(/"bound","vlan":"servers0".*"198\.51\.100\.1"/);
    inVm('addr add 192.0.2.1/24 dev kids0');
    t.notOk(lines.some((line) => line.includes('bound","vlan":"kids0')));
    inVm('link set kids0 up');
    await told(/"waiting","vlan":"kids0".*no carrier/);
    inHome('link set kids0 up');
    inHome('addr add 192.0.2.2/24 dev kids0');
    await told(/"(?:healed|changed)","vlan":"kids0".*"192\.0\.2\.1"/);
    t.equal(await ask(lab, '192.0.2.1'), 'answered', 'bound without a restart');

    inVm('addr del 192.0.2.1/24 dev kids0');
    inVm('addr add 192.0.2.9/24 dev kids0');
    await told(/"vlan":"kids0".*"addresses":\[[^\]]*"192\.0\.2\.9"/);
    t.equal(await ask(lab, '192.0.2.9'), 'answered', 'a changed address is followed');

    inHome('addr add 2001:db8:40::2/64 dev kids0 nodad');
    inHome('addr add 2001:db8:41::2/64 dev kids0 nodad');
    inVm('addr add 2001:db8:40::53/64 dev kids0');
    await told(/"vlan":"kids0".*"addresses":\[[^\]]*"2001:db8:40::53"/);
    t.equal(await ask(lab, '2001:db8:40::53'), 'answered', 'bound once it is no longer tentative');
    inVm('addr del 2001:db8:40::53/64 dev kids0');
    inVm('addr add 2001:db8:41::53/64 dev kids0');
    await told(/"name":"kids0".*"2001:db8:41::53".*"prefixLength":64/);
    await told(/"vlan":"kids0".*"addresses":\[[^\]]*"2001:db8:41::53"/);
    t.equal(await ask(lab, '2001:db8:41::53'), 'answered', 'a changed prefix is followed');
    inVm('addr add 2001:db8:41::2/64 dev kids0');
    await told(/"vlan":"kids0".*another machine uses 2001:db8:41::2 too/);

    inHome('link set kids0 down');
    await told(/"lost","vlan":"kids0","state":"link lost","addresses":\[[^\]]*"192\.0\.2\.9".*no carrier/);
    t.equal(await ask(lab, '198.51.100.1'), 'answered', 'the other VLAN notices nothing');
    inHome('link set kids0 up');
    await told(/"healed","vlan":"kids0"/);
    t.equal(await ask(lab, '192.0.2.9'), 'answered', 'the same sockets serve again');
    inVm('link del kids0');
    await told(/"vlan":"kids0","state":"waiting","addresses":\[\].*absent: there is no interface kids0/);
    t.equal(await end(), 0);
    t.strictSame(lab.processesInVm(/./), [], 'nothing is left behind');
  });

t.test('a link that flaps takes nothing from another VLAN', { skip }, async (t) => {
  const lab = openLab(t);
  const { inVm, inHome } = lab;
  inVm('addr add 192.0.2.1/24 dev kids0');
  inHome('addr add 192.0.2.2/24 dev kids0');
  for (const run of [inVm, inHome]) run('link set kids0 up');
  const { told, lines, end } = openWatch(lab, 'monitor');
  await told(/"vlan":"servers0".*"198\.51\.100\.1"/);
  t.equal(await ask(lab, '192.0.2.1'), 'answered');
  const count = openLoad(lab, '198.51.100.1');
  for (let i = 0; i < 60; i++) {
    inHome('link set kids0 down');
    inHome('link set kids0 up');
    inVm('link set kids0 down');
    inVm('link set kids0 up');
  }
  t.equal(await ask(lab, '192.0.2.1'), 'answered', 'and serves again in the end');
  const { sent, answered } = await count();
  t.ok(sent > 100, `${sent} queries were sent`);
  t.equal(answered, sent, 'each was answered');
  const changes = lines.filter((line) => line.includes('"vlan":"kids0"'));
  t.ok(changes.length < 30, `240 changes were told in ${changes.length} lines`);
  t.notOk(
    changes.some((line) => /"state":"waiting"/.test(line)),
    'its sockets were never closed',
  );
  t.equal(await end(), 0);
});

t.test('a monitor that is killed is replaced, and goes with whom it tells', { skip }, async (t) => {
  const lab = openLab(t);
  const { inVm } = lab;
  const { told, child } = openWatch(lab, 'monitor');
  await told(/"bound","vlan":"servers0"/);
  const monitors = () => lab.processesInVm(/^\S+ -o monitor /);
  await until(() => monitors().length === 1, 'the monitor runs');
  const [first] = monitors();
  if (first !== undefined) process.kill(first, 'SIGKILL');
  await told(/link_monitor_ended/);
  inVm('addr add 198.51.100.77/24 dev servers0');
  await told(/"changed","vlan":"servers0".*"198\.51\.100\.77"/);
  t.not(monitors()[0], first);
  child.kill('SIGKILL');
  await until(() => lab.processesInVm(/./).length === 0, 'nothing was left, however it ended');
});
