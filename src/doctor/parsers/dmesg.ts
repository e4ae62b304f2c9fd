// dmesg(8) of OpenBSD. Its buffer survives a warm reboot, so only what follows the last banner is of this boot.

import type { Fact } from '../facts/evidence.ts';
import type { Quote, SourceText } from '../facts/source-text.ts';
import { linesOf, quote, toMac } from '../facts/lines.ts';

const BANNER = /^OpenBSD \d+\.\d+\S* \([^)]*\) #\d+: (.+)$/;
// virtio_pci.c 1.52, if_vio.c 1.72: "vio1 at virtio4: 1 queue, address M"; before 7.6 without the queues. em(4) and other
// PCI cards end in "address M" too.
const ADDRESS = /^([a-z]+\d+) at [a-z]+\d+\b.*\baddress ([0-9a-f:]{17})$/;
const MODE = /^(virtio\d+): (msix per-VQ|msix shared|msix|msi|apic \d+ int \d+|irq \d+)$/;
const TROUBLE =
  /^((?:vio|virtio|em|re|igc|vmx)\d+): (?:.*(?:failed|watchdog|timeout|needs reset|not configured).*)$/i;

// netinet/if_ether.c: arp_reply() and in_arpinput().
const TWICE_USED =
  /^(?:arp: )?duplicate IP address (\d+\.\d+\.\d+\.\d+) sent from ethernet address ([0-9a-f:]{17})/;

/** Reads network devices, their interrupts, their error messages, and when the kernel was built. */
export function parseDmesg(source: SourceText): Fact[] {
  const lines = linesOf(source);
  const banner = lines.findLastIndex(({ text }) => BANNER.test(text));
  return lines.slice(Math.max(banner, 0)).flatMap(toFact);
}

function toFact(line: Quote): Fact[] {
  const at = quote(line);
  const [, name, address] = ADDRESS.exec(at.text) ?? [];
  const mac = toMac(address);
  if (name !== undefined && mac !== undefined) return [{ kind: 'nic', name, mac, at }];
  const [, device, mode] = MODE.exec(at.text) ?? [];
  if (device !== undefined && mode !== undefined) return [{ kind: 'interrupt mode', device, mode, at }];
  const ms = toBuildMs(BANNER.exec(at.text)?.[1]);
  if (ms !== undefined) return [{ kind: 'made', ms, at }];
  if (at.text === 'WARNING: CHECK AND RESET THE DATE!') return [{ kind: 'clock doubt', at }];
  const [, troubled] = TROUBLE.exec(at.text) ?? [];
  return troubled === undefined ? toTwiceUsed(at) : [{ kind: 'trouble', device: troubled, at }];
}

function toTwiceUsed(at: Quote): Fact[] {
  const [, address, other] = TWICE_USED.exec(at.text) ?? [];
  const mac = toMac(other);
  return address === undefined || mac === undefined ? [] : [{ kind: 'twice used', address, mac, at }];
}

// "Sun Oct 12 12:55:29 MDT 2025": zones other than UTC are read as UTC, half a day does not matter here.
function toBuildMs(text: string | undefined): number | undefined {
  const [, day, time, year] = /^\w{3} (\w{3} +\d+) ([\d:]+) (?:\S+ )?(\d{4})$/.exec(text ?? '') ?? [];
  const ms = Date.parse(`${day} ${year} ${time} UTC`);
  return Number.isNaN(ms) ? undefined : ms;
}
