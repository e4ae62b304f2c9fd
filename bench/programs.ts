// The bench's own programs in C, compiled into its folder.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Children } from './children.ts';

/** Paths of the compiled programs. */
export interface Programs {
  readonly floor: string;
  readonly client: string;
  readonly upstream: string;
}

/** Compiles them with `cc -O2`. */
export async function compilePrograms(children: Children, cc: string, folder: string): Promise<Programs> {
  const compile = async (name: string): Promise<string> => {
    const program = join(folder, name);
    const source = fileURLToPath(new URL(`c/${name}.c`, import.meta.url));
    await children.run([cc, '-O2', '-o', program, source]);
    return program;
  };
  const [floor, client, upstream] = await Promise.all(['floor', 'client', 'upstream'].map(compile));
  if (floor === undefined || client === undefined || upstream === undefined)
    throw new Error('unreachable: three programs were compiled');
  return { floor, client, upstream };
}
