// Lets Node run the TypeScript of this tree, for tests, benchmarks and tools: `node --import=./scripts/typescript.mjs FILE.ts`.
// It checks no types (`npm run types` does), and the program that users run has no part in it.
import module from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { load, loadSync } from './typescript-hooks.mjs';

// Node from 22.15 on has hooks in the same thread; before, they run in one of their own.
if (module.registerHooks) module.registerHooks({ load: loadSync });
else module.register('./typescript-hooks.mjs', import.meta.url);

if (isMainThread) await handOn();

/** What is started from here, in whatever folder, has this loader, and none of tap's hooks, which are there for coverage. */
async function handOn() {
  const others = process.execArgv.filter((word) => !/scripts\/typescript\.mjs$|@tapjs/.test(word));
  process.execArgv = [`--import=${import.meta.url}`, ...others];
  // Twice the time to start a program, and what takes rights from one cannot be tried under them.
  if (process.env.TAP !== '1') return;
  delete process.env.NODE_OPTIONS;
  if (process.permission) return;
  const { default: processOnSpawn } = await import('process-on-spawn');
  // Whether they came before us or come behind us.
  processOnSpawn.removeAllListeners();
  processOnSpawn.addListener = () => undefined;
}
