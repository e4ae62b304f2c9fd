// Steady questions from a VLAN while something is done to the network, and what became of them.
import { fileURLToPath } from 'node:url';
import { LOST } from './asker.ts';
import type { Asked, AskerPlan } from './asker.ts';
import type { Namespace, Program } from './namespace.ts';
import { until } from './until.ts';
import { RUN_TYPESCRIPT } from '../support/typescript.ts';

const ASKER = fileURLToPath(new URL('asker.ts', import.meta.url));

/** Names that are answered from the cache or blocked, and one in five that goes to the upstream. */
const NAMES = ['www.example.org', 'ads.example', 'a.example.net', 'b.example.net', 'n*.example.com'];

/** rcodes that are no answer: SERVFAIL and REFUSED (RFC 1035 section 4.1.1). */
const FAILURES: ReadonlySet<number> = new Set([2, 5]);

/** What became of the questions of one VLAN. */
export interface LoadResult {
  readonly sent: number;
  readonly lost: number;
  /** Answered with SERVFAIL or REFUSED. */
  readonly refused: number;
  /** Answered as under the policy of another VLAN. */
  readonly mistaken: number;
  /** Milliseconds from a moment (milliseconds since 1970) to the first answer to a question sent after it; undefined without. */
  recoveryMs(since: number): number | undefined;
}

/** A VLAN as far as its questions go: the first three octets of its addresses, and what is answered for a blocked name. */
interface AskedVlan {
  readonly four: string;
  readonly adsRcode: number;
}

/** Who asks on the machine of a VLAN's clients, whenever it is told to. */
export class Asker {
  readonly #program: Program;
  /** Lines that were read. */
  #read = 0;
  #names: readonly string[] = NAMES;
  #adsRcode = 0;

  constructor(clients: Namespace) {
    this.#program = clients.start(process.execPath, [RUN_TYPESCRIPT, ASKER]);
  }

  async ready(): Promise<void> {
    await this.#nextLine();
  }

  /** Begins to ask the VM, 200 questions a second unless told otherwise. */
  start({ four, adsRcode }: AskedVlan, plan: Partial<AskerPlan> = {}): void {
    const whole: AskerPlan = { server: `${four}.1`, perSecond: 200, names: NAMES, ...plan };
    this.#names = whole.names;
    this.#adsRcode = adsRcode;
    this.#program.tell(JSON.stringify(whole));
  }

  /** Ends the questions, and waits for the last replies. */
  async end(): Promise<LoadResult> {
    this.#program.tell('end');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are the lab
    const asked = JSON.parse(await this.#nextLine()) as Asked[];
    return {
      sent: asked.length,
      lost: asked.filter(([, tookMs]) => tookMs === LOST).length,
      mistaken: asked.filter((one, number) => this.#isMistaken(one, number)).length,
      refused: asked.filter(([, , rcode]) => FAILURES.has(rcode)).length,
      recoveryMs: (since) => {
        const first = asked.find(
          ([atMs, tookMs, rcode]) => atMs >= since && tookMs !== LOST && !FAILURES.has(rcode),
        );
        return first === undefined ? undefined : first[0] + first[1] - since;
      },
    };
  }

  #isMistaken([, , rcode]: Asked, number: number): boolean {
    const isAds = this.#names[number % this.#names.length] === 'ads.example';
    return isAds && rcode !== LOST && !FAILURES.has(rcode) && rcode !== this.#adsRcode;
  }

  async #nextLine(): Promise<string> {
    const lines = (): string[] => this.#program.stdout.split('\n').slice(0, -1);
    await until(() => lines().length > this.#read || !this.#program.isAlive);
    const line = lines()[this.#read++];
    if (line === undefined) throw new Error(`who asks says nothing:\n${this.#program.said}`);
    return line;
  }
}
