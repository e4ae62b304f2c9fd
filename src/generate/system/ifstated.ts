// ifstated.conf(5): the carp(4) interfaces of this machine give way while any listener does not answer. The query is a real
// one that needs no upstream: localhost. REFUSED is an answer too, since this machine need not be in the VLAN.

import { REPLACES, headingOf } from '../comments.ts';
import { unknownAddress } from '../neighbours/dhcp-plan.ts';
import type { Generated, Plan, VlanFacts } from '../plan.ts';

/** What is added to the demotion counter of the group carp while vlandns does not answer. */
const DEMOTION = 50;

/** Makes ifstated.conf(5). */
export function ifstatedConf(plan: Plan): Generated {
  const faults = plan.vlans
    .filter(({ listeners }) => listeners.length === 0)
    .map((vlan) => `${vlan.place}: its address is not known: ${unknownAddress(vlan)}`);
  if (faults.length > 0) return { faults };
  const heading = headingOf(plan, {
    mark: '#',
    title: 'ifstated.conf(5): another carp(4) host takes over while a listener of this one does not answer.',
    install: [
      `Install: ${plan.call} > /etc/ifstated.conf`,
      '  rcctl enable ifstated; rcctl restart ifstated',
      REPLACES,
    ],
    check: 'ifstated -n -f /etc/ifstated.conf',
  });
  const questions = plan.vlans.flatMap(questionsOf).join(' && \\\n\t');
  return {
    text: `${heading}answers = '( ${questions} )'

# As after a boot: nothing to take back.
state fresh {
	if ! $answers
		set-state silent
}

state silent {
	init {
		run "ifconfig -g carp carpdemote ${DEMOTION}"
	}
	if $answers
		set-state answering
}

state answering {
	init {
		run "ifconfig -g carp -carpdemote ${DEMOTION}"
	}
	if ! $answers
		set-state silent
}
`,
  };
}

/** These commands cannot contain quotes, so the pattern has dots for the blanks of dig's output. */
function questionsOf({ listeners }: VlanFacts): string[] {
  return listeners.map(({ address, port }) => {
    const where = port === 53 ? `@${address}` : `@${address} -p ${port}`;
    return `"dig +time=1 +tries=2 ${where} localhost A | grep -q -e status:.NOERROR -e status:.REFUSED" every 10`;
  });
}
