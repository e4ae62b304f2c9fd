// Keeps what V8 made of our modules for the next start, where Node can (22.1 on). The rule: only in a folder beside the program
// itself, so that whoever can write to it could change the program as well; where that cannot be written, nothing is kept.
import { mkdirSync } from 'node:fs';
import module from 'node:module';

/** What @types/node for the oldest Node that we run on does not know. */
interface Caching {
  readonly enableCompileCache?: (folder: string) => unknown;
}

/** Has compiled modules kept in a folder, which is made for the user that we run as. */
export function keepCompiled(
  folder: string,
  { enableCompileCache }: Caching & Pick<typeof module, 'builtinModules'> = module,
): void {
  if (enableCompileCache === undefined) return;
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch {
    // Made before, or not ours to make: Node goes on without what it cannot read or write.
  }
  enableCompileCache(folder);
}
