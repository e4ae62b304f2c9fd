/** How a program in TypeScript is started: the option for Node that comes before its file. */
export const RUN_TYPESCRIPT = `--import=${new URL('../../scripts/typescript.mjs', import.meta.url).href}`;
