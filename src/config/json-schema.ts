// The JSON Schema for editors, from the same definition that reads the file.

import { configuration } from './definition.ts';
import type { JsonSchema } from './schema.ts';

/** Gives the JSON Schema (draft 2020-12) of the configuration, as config/vlandns.schema.json holds it. */
export function jsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'vlandns configuration',
    ...configuration.json(),
  };
}
