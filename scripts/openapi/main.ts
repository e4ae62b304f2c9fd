// npm run openapi: makes config/openapi.json, the description of the API (OpenAPI 3.1), of the tables of routes and their types. `--check` only
// says whether it is as it would be made.
import { readFileSync, writeFileSync } from 'node:fs';
import { describeApi } from './describe-api.ts';

const FILE = 'config/openapi.json';

const text = `${JSON.stringify(describeApi(), null, 2)}\n`;
if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  process.stderr.write(`${FILE} is not what the routes and their types say; write: npm run openapi\n`);
  process.exitCode = 1;
}
