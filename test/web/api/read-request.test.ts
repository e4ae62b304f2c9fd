import t from 'tap';
import type { ApiDescription, KeySchema } from '../../../src/packaged/api-description.ts';
import { requestReader } from '../../../src/web/api/read-request.ts';

/** A description of one route with these parameters. */
const describing = (schemas: Readonly<Record<string, KeySchema>>): ApiDescription => ({
  paths: {
    '/x': {
      get: {
        parameters: Object.entries(schemas).map(([name, schema]) => ({ name, required: false, schema })),
      },
    },
  },
});

t.test('a key that may be one word only is that word', (t) => {
  const reader = requestReader(describing({ told: { const: 'people' } }), 'GET /x');
  t.strictSame(reader.fromQuery(new URLSearchParams('told=people')), { told: 'people' });
  t.throws(() => reader.fromQuery(new URLSearchParams('told=us')), { message: 'told is not people' });
  t.strictSame(reader.fromBody({ told: 'people' }), { told: 'people' });
  t.throws(() => reader.fromBody({ told: ['people'] }), { message: 'told is not people' });
  t.end();
});
