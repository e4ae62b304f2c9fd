// The API's description: as the types say, as the standard has it, and such that a client generated from it works.
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import createClient from 'openapi-fetch';
import openapiTypescript, { astToString } from 'openapi-typescript';
import t from 'tap';
import ts from 'typescript';
import { describeApi } from '../../../scripts/openapi/describe-api.ts';
import { API_ROUTES } from '../../../src/web/api/api-routes.ts';
import { ROOT } from '../../support/source-tree.ts';
import { openWeb } from '../../support/web-stand.ts';

const FILE = join(ROOT, 'config/openapi.json');
const text = readFileSync(FILE, 'utf8');

t.test('config/openapi.json is what the routes and their types say', (t) => {
  t.ok(
    text === `${JSON.stringify(describeApi(), null, 2)}\n`,
    'it is as it would be made; else write: npm run openapi',
  );
  const description: { paths: Record<string, Record<string, unknown>> } = JSON.parse(text);
  for (const { name } of API_ROUTES) {
    const [method = '', path = ''] = name.split(' ');
    t.ok(description.paths[path]?.[method.toLowerCase()], name);
  }
  t.end();
});

t.test('a public validator takes it', async (t) => {
  const validator = new Validator();
  t.strictSame(await validator.validate(JSON.parse(text)), { valid: true });
  t.equal(validator.version, '3.1');
});

/** What somebody writes who has the description alone. The line that is wrong shows that its types say something. */
const PROGRAM = `
import createClient from 'openapi-fetch';
import type { paths } from './api.ts';
export async function run(baseUrl: string, token: string): Promise<string[]> {
  const client = createClient<paths>({ baseUrl, headers: { authorization: \`Bearer \${token}\` } });
  const session = await client.GET('/session');
  const log = await client.GET('/log', { params: { query: { limit: 5, vlan: 'kids' } } });
  const granted = await client.POST('/grant', { body: { who: 'kids', what: 'youtube', end: '45m' } });
  const refused = await client.POST('/grant', {
    // @ts-expect-error -- a grant has an end
    body: { who: 'kids', what: 'youtube' },
  });
  return [
    String(session.data?.role),
    String(log.data?.queries.map(({ name }) => name)),
    String(granted.response.status),
    String(refused.error?.code),
  ];
}
`;

t.test('a client generated from it compiles, and works against a running server', async (t) => {
  const folder = mkdtempSync(join(ROOT, 'dist/', 'client-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'api.ts'), astToString(await openapiTypescript(text)));
  writeFileSync(join(folder, 'client.ts'), PROGRAM);
  const program = ts.createProgram([join(folder, 'client.ts')], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: [],
  });
  t.strictSame(
    ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    [],
  );
  const web = await openWeb(t);
  const { run } = readClient(PROGRAM);
  t.strictSame(await run(`http://127.0.0.1:${web.port()}/api/v1`, web.token), [
    'admin',
    'www.example',
    '200',
    'bad_request',
  ]);
});

/** The program as JavaScript; its only import is the client's library. */
function readClient(program: string): { run: (baseUrl: string, token: string) => Promise<string[]> } {
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported: { run?: (baseUrl: string, token: string) => Promise<string[]> } = {};
  // oxlint-disable-next-line typescript/no-implied-eval -- the text above
  new Function('exports', 'require', outputText)(exported, () => ({
    __esModule: true,
    default: createClient,
  }));
  if (exported.run === undefined) throw new Error('the program exports nothing');
  return { run: exported.run };
}
