// A state of the service without a daemon, for check and explain. Nothing of a running daemon is changed; lists are taken from
// its folder where it may be read, and compiled into a temporary one where they differ.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLinks } from '../links/read-links.ts';
import type { LinkState } from '../links/link-state.ts';
import type { Serving } from '../server/serving.ts';
import { clockFault, knownTime } from '../assembly/known-time.ts';
import { EMPTY_DESK } from '../assembly/adjustments.ts';
import type { Desk } from '../assembly/adjustments.ts';
import { deskInput } from '../assembly/desk/desk-network.ts';
import { houseOf } from '../assembly/house-of.ts';
import { DESK_FILE, readDeskFile } from '../desk/desk-file.ts';
import { ClientNames } from '../assembly/clients/client-names.ts';
import { NameLayers } from '../local/name-layer.ts';
import { assemble } from '../assembly/assemble.ts';
import { NO_LISTS } from '../lists/compiled-lists.ts';
import type { CompiledLists } from '../lists/compiled-lists.ts';
import { prefixesByName } from '../assembly/interface-prefixes.ts';
import { ListKeeper } from '../lists/list-keeper.ts';
import type { SourceFiles } from '../lists/list-keeper.ts';
import { sourceFilesOf } from '../lists/list-sources.ts';
import type { InterfacePrefixes } from '../assembly/inputs.ts';
import type { KnownClients } from '../clients/gather-clients.ts';
import type { Prepared } from '../assembly/prepare.ts';

/** The state that a service with this configuration would have now. */
export interface Offline {
  readonly serving: Serving;
  /** Who is known to be in which VLAN. */
  readonly clients: KnownClients;
  readonly lists: CompiledLists;
  /** Where the text of a source lies. */
  readonly files: SourceFiles;
  /** Names by number: the sets are not opened, since nothing is asked. */
  readonly upstreamNames: readonly string[];
  readonly links: readonly LinkState[];
  /** Why the lists could not be compiled, where they could not. */
  readonly fault: string | undefined;
  /** What is wrong with the clock that schedules go by. */
  readonly clockFault: string | undefined;
  /** Closes the file that line numbers are read from. */
  close(): Promise<void>;
}

/** Finds out who the clients are, with these prefixes of interfaces. */
type FindClients = (prefixes: InterfacePrefixes) => Promise<KnownClients>;

/** The default: nobody is known but by the configuration. */
const NOBODY: FindClients = () => Promise.resolve(new Map());

/** What a state is built of beside the configuration and lists. */
interface OfflineOptions {
  /** Default: nobody is known but by the configuration. */
  readonly findClients?: FindClients;
  /** Whether what was changed at the desk counts; default: only what is configured does. */
  readonly withDesk?: boolean;
}

/** Builds a state of the service from a prepared configuration and what lies on disk. */
export async function buildOffline(prepared: Prepared, options: OfflineOptions = {}): Promise<Offline> {
  const { findClients = NOBODY, withDesk = false } = options;
  const { config } = prepared;
  const files = sourceFilesOf(join(config.server.state, 'sources'));
  const [{ lists, fault }, links] = await Promise.all([readLists(prepared, files), readLinks()]);
  const known = knownTime(config.server.state);
  const upstreamNames = config.upstreams.map(({ name }) => name);
  const prefixes = prefixesByName(
    links,
    config.vlans.map((vlan) => vlan.interface),
  );
  const clients = await findClients(prefixes);
  const desk = withDesk ? readDesk(prepared, prefixes) : EMPTY_DESK;
  const nameLayers = new NameLayers();
  new ClientNames().assign(config, clients, nameLayers, Date.now());
  const serving = assemble({
    generation: 1,
    unixMs: Date.now(),
    knownMs: known.unixMs,
    prepared,
    house: houseOf({ prepared, desk }),
    desk,
    lists,
    numbers: new Map(upstreamNames.map((name, number) => [name, number])),
    sets: new Map(),
    clients,
    nameLayers,
    prefixes,
  });
  return {
    serving,
    clients,
    lists,
    files,
    upstreamNames,
    links,
    fault,
    clockFault: clockFault(serving.times, known),
    close: () => lists.trie.lines.close(),
  };
}

/** What was changed at the desk, as far as it may be read; nothing where it may not. */
function readDesk(prepared: Prepared, prefixes: InterfacePrefixes): Desk {
  const { state } = prepared.config.server;
  const reading = readDeskFile(state);
  if ('unreadable' in reading) return EMPTY_DESK;
  const holding = reading.state.entries.filter(({ untilMs }) => untilMs > Date.now());
  return deskInput(holding, { prepared, prefixes }, join(state, DESK_FILE));
}

async function readLists(
  { config }: Prepared,
  files: SourceFiles,
): Promise<{ lists: CompiledLists; fault: string | undefined }> {
  const loaded = await new ListKeeper(config.server.state, files, () => NO_LISTS).load();
  const inUse = loaded !== undefined && 'lists' in loaded ? loaded.lists : NO_LISTS;
  const folder = mkdtempSync(join(tmpdir(), 'vlandns-'));
  try {
    const staged = await new ListKeeper(folder, files, () => inUse).stage(config.lists);
    if (typeof staged === 'string') return { lists: inUse, fault: staged };
    if (staged.changed) await inUse.trie.lines.close();
    return { lists: staged.lists, fault: undefined };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
