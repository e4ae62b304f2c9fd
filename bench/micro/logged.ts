// Operations that end in an answer, with the full log: the same as without it, told to a recorder that keeps each batch at once.
import { keepingRecorder } from '../../test/support/keeping-recorder.ts';
import type { House } from './house.ts';
import type { Operation } from './operations.ts';

/** What the names of logged operations end with. */
const LOGGED = ', with the full log';

const MEASURED: readonly string[] = ['answer: cached', 'answer: cached, EDNS', 'answer: blocked'];

/** The name that an operation has without the log. */
export function withoutLog(name: string): string | undefined {
  return name.endsWith(LOGGED) ? name.slice(0, -LOGGED.length) : undefined;
}

/** The operations that are measured with the full log. */
export function loggedOperations(
  { serving, query }: House,
  operations: Readonly<Record<string, Operation>>,
): Record<string, Operation> {
  const recorder = keepingRecorder(serving, query.clock);
  const logged =
    (operation: Operation): Operation =>
    (count) => {
      query.record(recorder);
      operation(count);
      query.record(undefined);
    };
  return Object.fromEntries(
    Object.entries(operations)
      .filter(([name]) => MEASURED.includes(name))
      .map(([name, operation]) => [name + LOGGED, logged(operation)]),
  );
}
