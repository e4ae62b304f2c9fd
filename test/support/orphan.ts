// Run by supervisor.test.ts as a worker: asks its parent for a socket, and says what comes of it. Its argument is how many
// milliseconds it waits.
import { ParentBinder } from '../../src/privilege/parent-binder.ts';

const asked = new ParentBinder(Number(process.argv[2])).bindUdp('127.0.0.1', 53);
try {
  await asked;
} catch (error) {
  const { code, message }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
  process.stdout.write(`${code ?? ''} ${message}\n`);
}
