// The API in OpenAPI 3.1: paths, parameters, bodies and errors out of the tables of routes, schemas out of their types.
import ts from 'typescript';
import { API_ROUTES } from '../../src/web/api/api-routes.ts';
import type { ApiRoute } from '../../src/web/api/api-routes.ts';
import { PROBLEM_STATUS } from '../../src/web/problem.ts';
import { TypeSchemas } from './type-schema.ts';
import type { Schema } from './type-schema.ts';

const TYPES = 'src/web/api/api-types.ts';

/** Where replies are text and no JSON. */
const TEXT: Readonly<Record<string, string>> = {
  'GET /metrics': 'text/plain',
  'GET /events': 'text/event-stream',
};

const SECURITY = [{ session: [] }, { token: [] }, {}];

/** The description. */
export function describeApi(): object {
  const types = openTypes();
  const schemas = new TypeSchemas(types.checker);
  schemas.of(types.problem, 'Problem');
  const typesOf = routeTypes(types, schemas);
  const paths: Record<string, Record<string, object>> = {};
  for (const route of API_ROUTES) {
    const [method = '', path = ''] = route.name.split(' ');
    const operation = describe(route, typesOf);
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'vlandns',
      version: '1',
      summary: 'What a running vlandns tells and does',
      description:
        'Whoever logs in at the page has a cookie; a program sends a token (`vlandns token`). What changes anything takes a JSON object and comes from the page itself or with a token.',
      license: { name: 'ISC', identifier: 'ISC' },
    },
    servers: [{ url: '/api/v1' }],
    security: SECURITY,
    paths,
    components: {
      schemas: schemas.definitions,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'vlandns' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function describe(route: ApiRoute, typesOf: RouteTypesOf): object {
  const { name, summary, roles, errors } = route;
  const { request, reply } = typesOf(name);
  const [method = ''] = name.split(' ');
  const asked = [...request].filter(
    ([key]) => key !== 'within' && !(key === 'user' && route.source === 'daemon'),
  );
  const may = Object.entries(roles).flatMap(([role, isFor]) => (isFor ? [role] : []));
  const type = TEXT[name] ?? 'application/json';
  return {
    operationId: toId(name),
    summary,
    description: route.isOpen ? 'For everybody.' : `For the roles ${may.join(', ')}.`,
    ...(route.isOpen ? { security: [{}] } : {}),
    ...(method === 'POST' ? bodyOf(asked) : parametersOf(asked)),
    responses: {
      ...(reply === undefined
        ? { 204: { description: 'Done.' } }
        : {
            200: {
              description: summary,
              content: { [type]: { schema: type === 'application/json' ? reply : { type: 'string' } } },
            },
          }),
      ...Object.fromEntries(
        statusesOf([
          ...errors,
          ...(route.isOpen ? [] : (['unauthenticated', 'forbidden'] as const)),
          'internal',
        ]).map((status) => [
          status,
          {
            description: 'A problem (RFC 9457); `code` says which.',
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        ]),
      ),
    },
  };
}

type Keys = ReadonlyMap<string, { readonly schema: Schema; readonly isOptional: boolean }>;

function parametersOf(
  asked: readonly (readonly [string, { schema: Schema; isOptional: boolean }])[],
): object {
  if (asked.length === 0) return {};
  return {
    parameters: asked.map(
      ([
        name,
        {
          schema: { description, ...schema },
          isOptional,
        },
      ]) => ({
        name,
        in: 'query',
        required: !isOptional,
        ...(description === undefined ? {} : { description }),
        schema,
      }),
    ),
  };
}

function bodyOf(asked: readonly (readonly [string, { schema: Schema; isOptional: boolean }])[]): object {
  const required = asked.filter(([, { isOptional }]) => !isOptional).map(([name]) => name);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(asked.map(([name, { schema: one }]) => [name, one])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
  return { requestBody: { required: true, content: { 'application/json': { schema } } } };
}

function statusesOf(codes: readonly (keyof typeof PROBLEM_STATUS)[]): number[] {
  return [...new Set(codes.map((code) => PROBLEM_STATUS[code]))].toSorted((a, b) => a - b);
}

/** `POST /lists/update` as a name: `postListsUpdate`. */
function toId(name: string): string {
  return name.toLowerCase().replaceAll(/[ /-]+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

type RouteTypesOf = (name: string) => { readonly request: Keys; readonly reply: Schema | undefined };

/** What each route takes and gives, by its name. */
function routeTypes({ checker, routes }: ApiTypes, schemas: TypeSchemas): RouteTypesOf {
  return (name) => {
    const route = checker.getPropertyOfType(routes, name);
    if (route === undefined) throw new Error(`${TYPES} has no ${name}`);
    const members = checker.getTypeOfSymbol(route);
    const member = (key: string): ts.Type | undefined => {
      const symbol = checker.getPropertyOfType(members, key);
      return symbol && checker.getTypeOfSymbol(symbol);
    };
    const request = member('request');
    const reply = member('reply') ?? member('stream');
    const isNothing = reply === undefined || (reply.flags & ts.TypeFlags.Undefined) !== 0;
    return {
      request: request === undefined ? new Map() : schemas.properties(request, `${name} request`),
      reply: isNothing ? undefined : schemas.of(reply, `${name} reply`),
    };
  };
}

interface ApiTypes {
  readonly checker: ts.TypeChecker;
  readonly routes: ts.Type;
  readonly problem: ts.Type;
}

function openTypes(): ApiTypes {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.', undefined, undefined);
  const program = ts.createProgram([TYPES], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(TYPES);
  const module = source && checker.getSymbolAtLocation(source);
  const exported = (name: string): ts.Type => {
    const symbol = module && checker.getExportsOfModule(module).find((one) => one.getName() === name);
    if (symbol === undefined) throw new Error(`${TYPES} has no ${name}`);
    return checker.getDeclaredTypeOfSymbol(symbol);
  };
  return { checker, routes: exported('ApiRouteTypes'), problem: exported('ApiProblem') };
}
