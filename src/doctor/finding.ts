// What doctor says: one thing that is wrong, no more than its evidence shows, and what to do about it.

import type { Config } from '../config/config.ts';
import type { Evidence } from './facts/evidence.ts';
import type { Quote } from './facts/source-text.ts';
import type { Subject } from './questions/subject.ts';
import { nameOf } from './questions/subject.ts';

/** The layers that a query goes through, in order. A fault in one hides or causes faults in those after it. */
export const LAYERS = [
  'router',
  'bridge',
  'tap',
  'NIC',
  'driver',
  'link',
  'address',
  'DHCP',
  'packet filter',
  'listener',
  'clock',
  'upstream',
] as const;

/** One layer. */
type Layer = (typeof LAYERS)[number];

/** How sure it is that a finding keeps a VLAN from its DNS, the surest first. */
export const SURENESS = ['certain', 'likely', 'possible'] as const;

/** One degree of it. */
export type Sure = (typeof SURENESS)[number];

/** Where a command is to be run. */
type Place = 'this machine' | 'host' | 'router' | 'client' | 'DHCP server';

/** One thing to do: a command to paste, words, or a command and why. */
export interface Step {
  readonly on: Place;
  /** May hold a `<PLACEHOLDER>` for what the evidence does not show; placeholders.ts says how to find it. */
  readonly run?: string;
  readonly say?: string;
}

/** One thing that is wrong. */
export interface Finding {
  /** Stable, such as `not-up`. */
  readonly id: string;
  readonly layer: Layer;
  /** The VLAN's name, where it is one VLAN's fault. */
  readonly vlan?: string | undefined;
  readonly interface?: string | undefined;
  /** What is wrong, one sentence without a full stop. */
  readonly what: string;
  readonly sure: Sure;
  readonly evidence: readonly Quote[];
  readonly cure: readonly Step[];
  /** What the cure costs, where it costs anything. */
  readonly cost?: string | undefined;
  /** What shows that the cure worked. */
  readonly prove: readonly Step[];
  /** It is no fault now, but will be one after the next boot. */
  readonly later?: boolean;
}

/** What findings are made of. */
export interface Scene {
  readonly evidence: Evidence;
  /** The VLANs to look at, or without a configuration the interfaces. */
  readonly subjects: readonly Subject[];
  readonly config: Config | undefined;
}

/** Looks for one fault. Pure: no clock, no I/O. */
export type Finder = (scene: Scene) => readonly Finding[];

/** The fields of a finding that say which VLAN and interface it is about. */
export function whose(subject: Subject): Pick<Finding, 'vlan' | 'interface'> {
  const { vlan, interface: name = nameOf(subject) } = subject;
  return { ...(vlan === undefined ? {} : { vlan }), interface: name };
}

/** A command for the machine that serves. */
export function here(run: string, say?: string): Step {
  return { on: 'this machine', run, ...(say === undefined ? {} : { say }) };
}

/** A command for the host of the VM. */
export function onHost(run: string, say?: string): Step {
  return { on: 'host', run, ...(say === undefined ? {} : { say }) };
}

/** A command for the router. */
export function onRouter(run: string, say?: string): Step {
  return { on: 'router', run, ...(say === undefined ? {} : { say }) };
}
