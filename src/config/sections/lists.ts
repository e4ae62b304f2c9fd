// Lists: every source is one place, and its file exists.

import { resolve } from 'node:path';
import type { List, ListFormat, ListSource } from '../config.ts';
import type { FaultLog } from '../config-error.ts';
import type { Section } from '../definition.ts';
import type { DraftList } from '../keys/lists.ts';
import type { ListLocation } from '../grammar/list-location.ts';
import { reportMissingFile } from './files.ts';

type DraftSource = NonNullable<DraftList['sources']>[number];

/** Gives the lists that have sources; `folder` is where relative paths start. A file that is not there may be a warning. */
export function finishLists(
  section: Section<DraftList>,
  folder: string,
  faults: FaultLog,
  mayLackFiles = false,
): List[] {
  return section.flatMap(({ name, at, value }) => {
    if (value?.sources === undefined) return [];
    const sources = value.sources.flatMap((source) => {
      const finished = finishSource(source, folder, faults);
      for (const { kind, location } of finished)
        if (kind === 'file') reportMissingFile(location, source, faults, mayLackFiles ? 'warn' : 'error');
      return finished;
    });
    const { max_shrink: maxShrink, max_growth: maxGrowth, max_errors: maxErrors } = value.guard;
    const guard = { maxShrink, maxGrowth, maxErrors, mayBlock: value.guard.may_block };
    return [{ name, sources, mode: value.mode, refreshMs: value.refresh, guard, at }];
  });
}

function finishSource(source: DraftSource, folder: string, faults: FaultLog): ListSource[] {
  const { value, at } = source;
  const format: ListFormat = 'format' in value ? value.format : 'auto';
  const zone = 'zone' in value ? value.zone : undefined;
  if (zone !== undefined && format !== 'rpz' && format !== 'auto')
    faults.error(
      source.at,
      source.setting,
      `zone: is for response policy zones; write format: rpz, or leave zone: out`,
    );
  const form = { format, ...(zone === undefined ? {} : { zone }) };
  const place = 'written' in value ? readPlace(value, source, faults) : value;
  if (place === undefined) return [];
  if (place.kind === 'url') return [{ ...place, ...form, at }];
  const location = resolve(folder, place.location);
  return [{ kind: 'file', location, ...form, at }];
}

function readPlace(
  value: Extract<DraftSource['value'], { readonly written: unknown }>,
  source: DraftSource,
  faults: FaultLog,
): ListLocation | undefined {
  const { file, url } = value;
  const { keys } = value.written;
  if ((keys.file === undefined) === (keys.url === undefined)) {
    const found = keys.file === undefined ? 'has neither file: nor url:' : 'has both file: and url:';
    faults.error(source.at, source.setting, `${found}; write one of them`);
    return undefined;
  }
  if (file !== undefined) return { kind: 'file', location: file };
  return url === undefined ? undefined : { kind: 'url', location: url };
}
