// Who is in a VLAN: devices by name, and a button that allows something for one of them.
import { useShell } from '../../hooks/shell.ts';
import type { Device } from '../../model/devices.ts';
import { may } from '../../model/rights.ts';
import { Button } from '../../parts/button.tsx';
import { toHash } from '../../router.ts';

interface DevicesProps {
  readonly vlan: string;
  /** Its policy: a device's own is told where it is another. */
  readonly policy: string | undefined;
  readonly devices: readonly Device[];
  readonly onGrant: (device: Device) => void;
}

/** At most this many are drawn. */
const MOST = 100;

/** The devices, folded away. */
export function Devices({ vlan, policy, devices, onGrant }: DevicesProps) {
  const { words, format } = useShell();
  if (devices.length === 0) return <p class="soft">{words.home.noClients}</p>;
  return (
    <details class="devices">
      <summary>{words.home.clients(format.number(devices.length))}</summary>
      <ul aria-label={words.home.clientsTitle(vlan)}>
        {devices.slice(0, MOST).map((device) => (
          <DeviceRow key={device.key} vlan={vlan} policy={policy} device={device} onGrant={onGrant} />
        ))}
      </ul>
      {devices.length > MOST && <p class="soft">{words.common.more(format.number(devices.length - MOST))}</p>}
    </details>
  );
}

function DeviceRow({ policy, device, onGrant }: Omit<DevicesProps, 'devices'> & { readonly device: Device }) {
  const { session, words } = useShell();
  const { label, says, addresses, isPrivate, who } = device;
  const own = device.policy === policy ? undefined : words.home.ownPolicy(device.policy);
  const seen =
    addresses.length === 0 ? words.home.notSeen : addresses.filter((one) => one !== label).join(', ');
  const notes = [own, says === undefined ? undefined : words.home.says(says), seen].filter(Boolean);
  return (
    <li class="device">
      <div>
        <p>
          {session.hasLog && addresses[0] !== undefined ? (
            <a href={toHash('log', { client: addresses[0] })}>{label}</a>
          ) : (
            label
          )}
        </p>
        <p class="soft">{notes.join(' · ')}</p>
        {isPrivate && (
          <p class="soft" title={words.home.privateMacHint}>
            {words.home.privateMac}
            <span class="unseen">. {words.home.privateMacHint}</span>
          </p>
        )}
      </div>
      {who !== undefined && may(session, 'grant') && (
        <Button about={label} onClick={() => onGrant(device)}>
          {words.home.grant}
        </Button>
      )}
    </li>
  );
}
