// vlandns schema: the JSON Schema of the configuration, for editors; config/vlandns.schema.json is made with it.
import { jsonSchema } from '../../config/json-schema.ts';
import type { Call } from '../command.ts';
import { noOperands } from '../command.ts';
import { EXIT } from '../../system/ending.ts';

/** Prints the JSON Schema. */
export function schema(call: Call): Promise<number> {
  noOperands(call, 'vlandns schema');
  call.print(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
  return Promise.resolve(EXIT.DONE);
}
