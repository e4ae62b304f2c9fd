#!/usr/bin/env node
// The entry. It says which Node is needed before anything is loaded that an older one stumbles over, and so imports nothing
// itself.

/** As `engines` in package.json has it. */
const NEEDED = [20, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `vlandns: needs Node ${NEEDED.join('.')} or later, and this is ${process.version} (${process.execPath})\n`,
  );
  process.exitCode = 1;
} else {
  if (import.meta.url.endsWith('.js')) {
    const { keepCompiled } = await import('./system/compile-cache.ts');
    keepCompiled(`${import.meta.dirname}/.compile-cache`);
  }
  const { program } = await import('./cli/program.ts');
  process.exitCode = await program(process.argv.slice(2));
}
