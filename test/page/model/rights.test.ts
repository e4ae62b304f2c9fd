import t from 'tap';
import { ACCESS_ROLES } from '../../../src/access/role.ts';
import { ROUTES } from '../../../src/api/routes.ts';
import { may, mayAllow, mayEnd, viewsOf } from '../../../src/page/model/rights.ts';
import { VIEWS } from '../../../src/page/router.ts';

const ROUTE_OF = [
  ['grant', 'POST /grant'],
  ['deny', 'POST /deny'],
  ['pause', 'POST /pause'],
  ['resume', 'POST /resume'],
  ['revoke', 'POST /revoke'],
  ['allow', 'POST /allow'],
  ['block', 'POST /block'],
  ['lists', 'POST /lists/update'],
  ['flush', 'POST /flush'],
] as const;

t.test('a role is offered exactly what its routes allow', (t) => {
  for (const role of ACCESS_ROLES) {
    for (const [change, route] of ROUTE_OF)
      t.equal(may({ role }, change), ROUTES[route].roles[role], `${role} ${change}`);
    t.equal(may({ role }, 'lists'), ROUTES['POST /lists/accept'].roles[role]);
  }
  t.end();
});

t.test('a parent ends what parents began, an admin everything, a viewer nothing', (t) => {
  const rows = ACCESS_ROLES.map((role) => [
    mayEnd({ role }, { by: 'admin' }),
    mayEnd({ role }, { by: 'parent' }),
  ]);
  t.strictSame(rows, [
    [true, true],
    [false, true],
    [false, false],
  ]);
  t.end();
});

t.test('a parent allows for good only under a policy without an allowance', (t) => {
  const allowances = [{ policy: 'kids' }];
  t.notOk(mayAllow({ role: 'parent' }, 'kids', allowances));
  t.ok(mayAllow({ role: 'parent' }, 'adults', allowances));
  t.ok(mayAllow({ role: 'admin' }, 'kids', allowances));
  t.notOk(mayAllow({ role: 'viewer' }, 'adults', allowances));
  t.end();
});

t.test('views are those that the role may read and that have something to show', (t) => {
  t.strictSame(viewsOf({ role: 'admin', hasLog: true }), [...VIEWS]);
  t.strictSame(viewsOf({ role: 'parent', hasLog: true }), ['home', 'log', 'why', 'lists', 'traffic']);
  t.strictSame(viewsOf({ role: 'viewer', hasLog: false }), ['home', 'why', 'lists']);
  t.end();
});
