// What the command line of the bench may say.
import { parseArgs } from 'node:util';

/** The parts of a run, in their order. */
export const PARTS = ['start', 'hit', 'blocked', 'unlisted', 'miss', 'mixed', 'forwarding', 'swap'] as const;

/** A part that can be run alone. */
export type Part = (typeof PARTS)[number];

/** How a run was asked for. */
export interface Options {
  /** Runs of every kind that medians are taken of, at least 1. */
  readonly rounds: number;
  /** Short runs, for trying the bench itself. */
  readonly quick: boolean;
  /** The folder of lists, where one was named. */
  readonly lists: string | undefined;
  readonly parts: ReadonlySet<Part>;
  /** Whether the figures go to standard output as JSON instead of as tables. */
  readonly json: boolean;
}

/** What is wrong with the arguments; the message is for people. */
export class UsageError extends Error {}

const ROUNDS = 5;
const QUICK_ROUNDS = 2;

const USAGE = `usage: npm run bench [-- OPTIONS]

  --quick         short runs and ${QUICK_ROUNDS} rounds, to try the bench; nothing is written
  --rounds N      runs that medians are taken of (default ${ROUNDS}); of fewer nothing is written
  --only PART     only this part, may be repeated; nothing is written: ${PARTS.join(' ')}
  --lists DIR     the lists to load (default: ../shared/data/lists where it is there, otherwise made up)
  --json          print the figures as JSON
`;

/** Reads the arguments; throws UsageError. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = readArguments(args);
  if (values.help === true) throw new UsageError(USAGE);
  const quick = values.quick ?? false;
  return {
    quick,
    rounds: values.rounds === undefined ? (quick ? QUICK_ROUNDS : ROUNDS) : parseRounds(values.rounds),
    lists: values.lists,
    parts: new Set(values.only?.flatMap((text) => text.split(',')).map(parsePart) ?? PARTS),
    json: values.json ?? false,
  };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean' },
        rounds: { type: 'string' },
        only: { type: 'string', multiple: true },
        lists: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new UsageError(`--rounds is "${text}"; write a whole number of at least 1`);
  return rounds;
}

function parsePart(text: string): Part {
  const part = PARTS.find((known) => known === text);
  if (part === undefined)
    throw new UsageError(`there is no part "${text}"; the parts are ${PARTS.join(', ')}`);
  return part;
}
