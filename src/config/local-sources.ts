// Where local data are written: those for all VLANs, and those that a VLAN has of its own.
import type { Config, HostsFile, LocalRecord } from './config.ts';

/** The records and hosts files of one place in the file. */
export interface LocalSource {
  /** The VLAN that alone sees them; undefined where all do. */
  readonly vlan: string | undefined;
  /** What stands before `records` and `hosts` in the path of keys: nothing, or `vlans.NAME.` */
  readonly prefix: string;
  readonly records: readonly LocalRecord[];
  readonly hosts: readonly HostsFile[];
}

/** The local data for all, then those of each VLAN that has any of its own. */
export function localSources({ records, hosts, vlans }: Config): LocalSource[] {
  const own = vlans.filter((vlan) => vlan.records.length + vlan.hosts.length > 0);
  return [
    { vlan: undefined, prefix: '', records, hosts },
    ...own.map((vlan) => ({
      vlan: vlan.name,
      prefix: `vlans.${vlan.name}.`,
      records: vlan.records,
      hosts: vlan.hosts,
    })),
  ];
}

/** All hosts files, each with the setting that names it. */
export function hostsFiles(config: Config): { readonly file: string; readonly setting: string }[] {
  return localSources(config).flatMap(({ prefix, hosts }) =>
    hosts.map(({ file }) => ({ file, setting: `${prefix}hosts` })),
  );
}
