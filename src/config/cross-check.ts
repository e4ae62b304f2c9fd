// From the draft of one file to the finished configuration: names are looked up, paths made absolute, and what no single
// key can know is checked. It goes on after every fault, so that one run shows them all.

import { dirname, resolve } from 'node:path';
import type { CacheOptions, Config, LeaseFile } from './config.ts';
import type { FaultLog } from './config-error.ts';
import type { Draft } from './definition.ts';
import { durationToText } from './values/duration.ts';
import { finishControl } from './sections/control.ts';
import { finishLimits } from './sections/limits.ts';
import { finishExpectations } from './sections/expectations.ts';
import { finishHosts, reportMissingFile } from './sections/files.ts';
import { finishLists } from './sections/lists.ts';
import { collectNames, DEFAULT_UPSTREAM } from './sections/names.ts';
import type { Names } from './sections/names.ts';
import { finishPolicies } from './sections/policies.ts';
import { finishQueryLog, reportUnlogged } from './sections/querylog.ts';
import { finishServices } from './sections/services.ts';
import { finishCa, reportPledge } from './sections/server.ts';
import { finishForward, finishUpstreams } from './sections/upstreams.ts';
import { finishVlans } from './sections/vlans.ts';
import { finishWeb } from './sections/web/web.ts';

const MS_A_DAY = 86_400_000;

/** What a configuration is held against beside itself. */
interface CrossCheckOptions {
  readonly mayLackLists?: boolean;
  /** Milliseconds since 1970, for dates that are past; default `Date.now()`. */
  readonly nowMs?: number;
}

/** Finishes a draft. What it gives is complete only if no error was reported. */
export function crossCheck(
  draft: Draft,
  file: string,
  faults: FaultLog,
  { mayLackLists = false, nowMs = Date.now() }: CrossCheckOptions = {},
): Config {
  const folder = dirname(file);
  const names = collectNames(draft, faults);
  const vlans = finishVlans(draft.vlans ?? [], { port: draft.server.port, folder }, names, faults);
  const config: Config = {
    file,
    vlans,
    policies: finishPolicies(draft.policies ?? [], {
      names,
      faults,
      today: Math.floor(nowMs / MS_A_DAY),
      queryLog: draft.querylog.mode,
    }),
    lists: finishLists(draft.lists, folder, faults, mayLackLists),
    services: [],
    upstreams: finishUpstreams(draft.upstreams, vlans, faults),
    forward: finishForward(draft.forward, names, faults),
    records: draft.records.map(({ value, at }) => ({ text: value, at })),
    hosts: finishHosts(draft.hosts, folder, faults),
    leases: finishLeases(draft.leases, folder, faults),
    expect: finishExpectations(draft.expect, vlans, names, faults),
    cache: finishCache(draft.cache, faults),
    limits: finishLimits(draft.limits, faults),
    server: {
      ca: finishCa(draft.server.ca, folder, faults),
      carrier: draft.server.carrier,
      io: draft.server.io,
      pledge: draft.server.pledge,
      port: draft.server.port,
      state: resolve(folder, draft.server.state),
      timeZone: draft.server.time_zone,
      user: draft.server.user,
    },
    log: {
      level: draft.log.level,
      file: draft.log.file === 'stdout' ? 'stdout' : resolve(folder, draft.log.file),
    },
    querylog: finishQueryLog(draft.querylog, folder, faults),
    control: finishControl(draft.control, folder, names, faults),
    ...(draft.metrics.listen === undefined ? {} : { metrics: { listen: draft.metrics.listen } }),
  };
  const around = { folder, names, nowMs, mayLackFiles: mayLackLists, ...config };
  const web = finishWeb(draft.web, around, faults);
  reportUnlogged(draft.querylog, config, faults);
  reportPledge(draft.server, faults);
  reportUnused(draft, names, faults);
  // Only what something refers to is read, so every reference comes before.
  return {
    ...config,
    ...(web === undefined ? {} : { web }),
    services: finishServices(draft.services, file, names, faults),
  };
}

/** An unused policy is most likely a VLAN that forgot to name it; unused lists and sets only cost. */
function reportUnused(draft: Draft, names: Names, faults: FaultLog): void {
  for (const { name, at } of draft.policies ?? [])
    if (!names.policies.isUsed(name))
      faults.error(
        at,
        `policies.${name}`,
        'no VLAN, client or policy uses it; name it somewhere, or take it out',
      );
  for (const { name, at } of draft.lists)
    if (!names.lists.isUsed(name))
      faults.warn(at, `lists.${name}`, 'no policy uses it; name it in a policy, or take it out');
  for (const { name, at } of draft.services)
    if (!names.services.isUsed(name))
      faults.warn(at, `services.${name}`, 'no policy uses it; name it in a policy, or take it out');
  for (const { name, at } of draft.upstreams)
    if (name !== DEFAULT_UPSTREAM && !names.upstreams.isUsed(name))
      faults.warn(at, `upstreams.${name}`, 'no policy or forward uses it; name it in one, or take it out');
}

/** A DHCP server may not have written its file yet: what is missing is told, and read once it is there. */
function finishLeases(draft: Draft['leases'], folder: string, faults: FaultLog): LeaseFile[] {
  const lines = new Map<string, number>();
  return draft.flatMap(({ file: written, format, written: { at, keys, setting } }) => {
    if (written === undefined) return [];
    const file = resolve(folder, written);
    const place = { at: keys.file ?? at, setting: `${setting}.file` };
    const line = lines.get(file);
    if (line === undefined) {
      lines.set(file, place.at.line);
      reportMissingFile(file, place, faults, 'warn');
    } else faults.error(place.at, place.setting, `${file} stands in line ${line} already; keep one of them`);
    return [{ file, format, at: place.at }];
  });
}

function finishCache(draft: Draft['cache'], faults: FaultLog): CacheOptions {
  if (draft.min_ttl > draft.max_ttl)
    faults.error(
      draft.written.keys.min_ttl ?? draft.written.keys.max_ttl ?? draft.written.at,
      'cache.min_ttl',
      `is longer than max_ttl (${durationToText(draft.max_ttl * 1000)}); write a shorter one, or raise max_ttl`,
    );
  return {
    sizeOctets: draft.size,
    minTtlSeconds: draft.min_ttl,
    maxTtlSeconds: draft.max_ttl,
    negativeTtlSeconds: draft.negative_ttl,
    serveStaleSeconds: draft.serve_stale,
    prefetch: draft.prefetch,
  };
}
