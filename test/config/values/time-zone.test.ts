import t from 'tap';
import { FaultLog } from '../../../src/config/config-error.ts';
import { timeZone } from '../../../src/config/values/time-zone.ts';
import { toNode } from '../../../src/config/yaml/node.ts';

const at = { line: 1, column: 1 };

function read(written: string): string | undefined {
  const faults = new FaultLog('vlandns.yaml');
  return timeZone.read(toNode(written, at), { setting: 'x', at, faults }) ?? faults.inOrder()[0]?.message;
}

t.test('a zone is a name that Intl knows, or local', (t) => {
  for (const name of ['Europe/Berlin', 'UTC', 'local', 'Asia/Calcutta']) t.equal(read(name), name);
  t.end();
});

t.test('an unknown zone is told with the nearest', (t) => {
  for (const [written, fault] of [
    ['Berlin', 'there is no time zone "Berlin"; write Europe/Berlin'],
    ['Germany/Berlin', 'there is no time zone "Germany/Berlin"; write Europe/Berlin'],
    ['Europe/Berln', 'there is no time zone "Europe/Berln"; write Europe/Berlin'],
    ['US/New York', 'there is no time zone "US/New York"; write America/New_York'],
    ['', 'there is no time zone ""; write a name such as Europe/Berlin, or local'],
    ['Middle-earth', 'there is no time zone "Middle-earth"; write a name such as Europe/Berlin, or local'],
  ] as const)
    t.equal(read(written), fault);
  for (const written of ['+02:00', 'UTC+2', '-05:00'])
    t.equal(
      read(written),
      `"${written}" is an offset, which knows no summer time; write the name of a zone such as Europe/Berlin`,
    );
  t.end();
});
