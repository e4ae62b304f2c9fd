// Lets Node run the TypeScript of this tree, for tests, benchmarks and tools: `node --import=./scripts/typescript.mjs FILE.ts`.
// It checks no types (`npm run types` does), and the program that users run has no part in it.
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { load, loadSync } from './typescript-hooks.mjs';

// Node from 22.15 on has hooks in the same thread; before, they run in one of their own.
if (module.registerHooks) module.registerHooks({ load: loadSync });
else module.register('./typescript-hooks.mjs', import.meta.url);

// What is started from here, and in whatever folder, is given the same.
const OWN = fileURLToPath(import.meta.url);
if (isMainThread)
  process.execArgv = process.execArgv.map((word) =>
    word === '--import=./scripts/typescript.mjs' ? `--import=${OWN}` : word,
  );
