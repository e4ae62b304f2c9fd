// The lines of `vlandns status` about the query log.
import type { ToldQueryLog } from '../../status/query-log-status.ts';
import { columns } from '../command.ts';

/** The lines; an older daemon tells nothing of it. */
export function queryLogText(told: ToldQueryLog | undefined, nowMs: number): string {
  if (told === undefined) return '';
  const fault = told.fault === undefined ? '' : `  ${told.fault}\n`;
  if (told.recorder === 'off') return `\nquery log: off\n${fault}`;
  const { figures } = told;
  const { store, dnstap } = figures ?? {};
  const rows: string[][] = [
    ['recorder', recorderText(told)],
    ['records', `${told.records} made, ${figures?.kept ?? 0} kept by this recorder, ${waitingText(told)}`],
    ['lost', lostText(told)],
  ];
  if (store !== undefined) {
    const oldest =
      store.oldestMs === undefined ? '' : `, the oldest of ${new Date(store.oldestMs).toISOString()}`;
    rows.push([store.store, `${store.queries} queries in ${toMiB(store.octets)}${oldest}`]);
  }
  if (dnstap !== undefined)
    rows.push([
      'dnstap',
      `${dnstap.isConnected ? 'connected' : (dnstap.fault ?? 'not connected')}, ${dnstap.sent} queries sent, ${dnstap.lost} lost`,
    ]);
  const late =
    figures === undefined || figures.ageMs < 10_000
      ? ''
      : `  figures of ${new Date(nowMs - figures.ageMs).toISOString()}\n`;
  return `\nquery log\n${columns(rows).replaceAll(/^(?=.)/gm, '  ')}${fault}${late}`;
}

function recorderText({ recorder, starts, lastEnd, isConnected, figures }: ToldQueryLog): string {
  const state = recorder === 'running' && !isConnected ? 'running, not connected' : recorder;
  const which = figures === undefined ? '' : ` (${figures.pid}), ${toMiB(figures.residentOctets)} resident`;
  const times = starts === 2 ? 'once' : `${starts - 1} times`;
  const again = starts < 2 ? '' : `, started again ${times}`;
  return `${state}${which}${again}${lastEnd === undefined ? '' : `, the last one ended at ${lastEnd.at} (${lastEnd.how})`}`;
}

function waitingText({ waitingBatches }: ToldQueryLog): string {
  return waitingBatches === 1 ? '1 batch waits' : `${waitingBatches} batches wait`;
}

function lostText({ lost }: ToldQueryLog): string {
  const causes = [
    [lost.memory, 'no room in memory'],
    [lost.link, 'given up on the way to the recorder'],
    [lost.store, 'not kept by the database'],
  ] as const;
  const told = causes.filter(([count]) => count > 0).map(([count, why]) => `${count} (${why})`);
  return told.length === 0 ? 'none' : told.join(', ');
}

function toMiB(octets: number): string {
  return `${(octets / 1_048_576).toFixed(1)} MiB`;
}
