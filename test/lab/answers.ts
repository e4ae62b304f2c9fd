// Trials of single answers: who gets which policy, over which transport, and what somebody gets who asks another VLAN's listener.
import { ANSWER } from './household.ts';
import type { LabVlan } from './household.ts';
import { checked } from './trial.ts';
import type { Row, Running, Trial } from './trial.ts';

/** What dig says, in a word or two: the answer, or the rcode with the codes of extended errors (RFC 8914). */
export function dig({ clients }: LabVlan, server: string, ...args: string[]): string {
  const { stdout } = clients.run('dig', [`@${server}`, '+tries=1', '+time=3', ...args]);
  const rcode = /status: ([A-Z]+)/.exec(stdout)?.[1] ?? 'silence';
  const errors = [...stdout.matchAll(/EDE: (\d+)/g)].map(([, code = '']) => code);
  const address = /^[^;\s]\S*\s+\d+\s+IN\s+A\s+(\S+)$/m.exec(stdout)?.[1];
  return address ?? [rcode, ...errors].join(' ');
}

/** Every VLAN's policy for three names: a blocked one is NXDOMAIN with extended error 15 (list) or 16 (rule). */
const POLICIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  kids: { 'ads.example': 'NXDOMAIN 15', 'www.adult.example': 'NXDOMAIN 15', 'casino.example': 'NXDOMAIN 16' },
  servers: { 'ads.example': ANSWER, 'www.adult.example': ANSWER, 'casino.example': ANSWER },
  guests: { 'ads.example': ANSWER, 'www.adult.example': 'NXDOMAIN 15', 'casino.example': ANSWER },
};

function plugged({ house }: Running): readonly LabVlan[] {
  return house.vlans.filter((vlan) => house.hasLink(vlan.interface));
}

/** Each VLAN gets its own policy, over IPv4 and IPv6, UDP and TCP. */
export const policies: Trial = {
  name: 'own policy by dig, IPv4 and IPv6, UDP and TCP',
  async run(running) {
    return plugged(running).map((vlan): Row => {
      const wrong: string[] = [];
      let checks = 0;
      for (const [name, expected] of Object.entries(POLICIES[vlan.name] ?? {}))
        for (const server of [`${vlan.four}.1`, `${vlan.six}::1`])
          for (const transport of ['+notcp', '+tcp']) {
            const said = dig(vlan, server, transport, name);
            checks++;
            if (said !== expected) wrong.push(`${name} at ${server} ${transport}: ${said}, not ${expected}`);
          }
      return checked(policies.name, vlan, wrong, checks);
    });
  },
};

/** A client that reaches another VLAN's listener through the VM is refused: its address is not of that VLAN. */
export const strangers: Trial = {
  name: "another VLAN's listener refuses",
  async run(running) {
    const vlans = plugged(running);
    return vlans.map((vlan): Row => {
      vlan.clients.ip(`route replace default via ${vlan.four}.1`);
      const wrong = vlans
        .filter((other) => other !== vlan)
        .flatMap((other) => {
          const said = dig(vlan, `${other.four}.1`, 'free.example');
          return said === 'REFUSED 18' ? [] : [`${other.name} said ${said}`];
        });
      vlan.clients.ip('route delete default');
      return checked(strangers.name, vlan, wrong, vlans.length - 1);
    });
  },
};

/** Steady load by dnsperf from every VLAN in turn. */
export const dnsperf: Trial = {
  name: 'dnsperf, 2,000 a second',
  needs: 'dnsperf',
  async run(running) {
    const { house } = running;
    const names = house.write('names.txt', 'www.example.org A\nads.example A\na.example.net AAAA\n');
    return plugged(running).map((vlan): Row => {
      const args = ['-s', `${vlan.four}.1`, '-d', names, '-l', '2', '-Q', '2000', '-t', '2'];
      const { stdout, stderr } = vlan.clients.run('dnsperf', args);
      const figure = (what: string): number =>
        Number(new RegExp(`Queries ${what}:\\s+(\\d+)`).exec(stdout)?.[1] ?? 0);
      const [sent, lost] = [figure('sent'), figure('lost')];
      const fault = sent === 0 ? `dnsperf asked nothing: ${stderr}` : lost > 0 ? `${lost} lost` : undefined;
      return { tried: dnsperf.name, vlan: vlan.name, sent, lost, recoveryMs: undefined, fault };
    });
  },
};
