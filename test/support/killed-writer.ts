// A process of its own that writes to a query log without pause until it is killed: the built store, without TypeScript's loader.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtMain } from './build.ts';

/** Records of each batch. */
export const RECORDS = 300;

/** A name of its own in each batch, so that names, too, are written in each transaction. */
export function nameOf(sequence: number): string {
  return `n${sequence}.example`;
}

const SCRIPT = `
const [store, batch, meaning, folder, from, settings] = process.argv.slice(1);
const { openStore } = await import(store);
const { Batch } = await import(batch);
const { Meaning, KnownClients } = await import(meaning);
const state = { epoch: 1, vlans: [{ name: 'home', clients: [] }], policies: [{ name: 'adults', mode: 'full' }], sets: [], servers: [] };
const means = new Meaning(state, new KnownClients());
const tell = { warn: console.error, inform() {}, firstSeen() {} };
const log = await openStore(folder, JSON.parse(settings), tell);
function body(sequence) {
  const label = Buffer.from('n' + sequence);
  const name = Buffer.from([label.length, ...label, 7, ...Buffer.from('example'), 0]);
  const size = (52 + name.length + 3) & ~3;
  const octets = new Uint8Array(32 + ${RECORDS} * size);
  const words = new Uint32Array(octets.buffer);
  const head = new DataView(octets.buffer);
  head.setFloat64(0, sequence, true);
  head.setUint32(8, 1, true);
  head.setUint32(12, ${RECORDS}, true);
  head.setFloat64(16, Date.now(), true);
  for (let record = 0; record < ${RECORDS}; record++) {
    const at = 8 + record * (size >> 2);
    words[at] = size | (name.length << 16);
    words[at + 3] = 0xc0000201;
    words[at + 7] = 1;
    words[at + 9] = 0xffffffff;
    words[at + 12] = 0xffff0000;
    octets.set(name, at * 4 + 52);
  }
  return octets;
}
for (let sequence = Number(from); ; ) {
  const added = [];
  for (let each = 0; each < 8; each++, sequence++) added.push(log.add(Batch.read('killed', means, body(sequence))));
  await Promise.all(added);
  process.stdout.write(sequence - 1 + '\\n');
}
`;

/** Writes batches from number `from` on, is killed after so many milliseconds of writing, and gives the last number that it was told of. */
export async function writeUntilKilled(
  folder: string,
  { from, settings, forMs }: { readonly from: number; readonly settings: unknown; readonly forMs: number },
): Promise<number> {
  const built = path.join(path.dirname(builtMain()), 'recorder');
  const modules = ['store/store.js', 'batch.js', 'meaning.js'].map(
    (file) => pathToFileURL(path.join(built, file)).href,
  );
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', SCRIPT, ...modules, folder, String(from), JSON.stringify(settings)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let told = '';
  child.stdout.on('data', (octets: Buffer) => void (told += octets.toString()));
  await once(child.stdout, 'data');
  setTimeout(() => child.kill('SIGKILL'), forMs);
  await once(child, 'close');
  return Number(told.trimEnd().split('\n').at(-1));
}
