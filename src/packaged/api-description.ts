// The description of the API that comes with the program (OpenAPI 3.1), made of the tables of routes by `npm run openapi`.
import { readFileSync } from 'node:fs';

const FILE = new URL('../../config/openapi.json', import.meta.url);

/** A schema, as far as requests need it: their keys are flat. */
export interface KeySchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  /** The one word that it may be, which has no type beside it. */
  readonly const?: string;
}

/** An operation, as far as requests need it. */
interface ApiOperation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly schema: KeySchema;
  }[];
  readonly requestBody?: {
    readonly content: {
      readonly 'application/json': {
        readonly schema: {
          readonly properties: Readonly<Record<string, KeySchema>>;
          readonly required?: readonly string[];
        };
      };
    };
  };
}

/** The description. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
}

/** Reads the description. */
export function apiDescription(): ApiDescription {
  const description: ApiDescription = JSON.parse(readFileSync(FILE, 'utf8'));
  return description;
}
