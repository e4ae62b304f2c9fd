// The files of the page, in memory as they were built. The rule: only what the manifest names is there, by its exact name.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** How a file can be sent. */
type Coding = 'br' | 'gzip' | 'identity';

/** A file. */
export interface StaticFile {
  readonly type: string;
  /** Whether its name says what is in it, so that it may be kept for ever. */
  readonly isImmutable: boolean;
  readonly etag: string;
  readonly bytes: Readonly<Record<Coding, Uint8Array<ArrayBuffer>>>;
}

/** Reads the files of a folder by its manifest.json; throws the system's error. */
export function readStaticFiles(folder: URL): ReadonlyMap<string, StaticFile> {
  const read = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(new URL(name, folder)));
  const manifest: {
    files: readonly { readonly path: string; readonly type: string; readonly immutable: boolean }[];
  } = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'));
  return new Map(
    manifest.files.map(({ path, type, immutable }) => {
      const identity = read(path);
      const etag = `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`;
      const bytes = { identity, br: read(`${path}.br`), gzip: read(`${path}.gz`) };
      return [path === 'index.html' ? '/' : `/${path}`, { type, isImmutable: immutable, etag, bytes }];
    }),
  );
}

/** The coding that a client takes, the smallest first (RFC 9110 section 12.5.3, weights of 0 are refusals). */
export function codingFor(accepted: string | undefined): Coding {
  const words = new Map(
    (accepted ?? '').split(',').map((part) => {
      const [coding = '', ...params] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      return [coding, params.some((param) => /^q=0(\.0*)?$/.test(param)) ? 0 : 1];
    }),
  );
  const takes = (coding: string): boolean => (words.get(coding) ?? words.get('*') ?? 0) > 0;
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : 'identity';
}
