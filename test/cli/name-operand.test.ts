// What people paste in place of a name is refused with the name that is in it.
import t from 'tap';
import { checkName } from '../../src/cli/name-operand.ts';

t.test('what is no name says which one to write', (t) => {
  for (const [written, wanted] of [
    ['https://www.x.example/a?b=c', /is a URL, not a name; write www\.x\.example$/],
    ['http://user:word@www.x.example:8443/', /is a URL.*write www\.x\.example$/],
    ['https://192.0.2.1/', /is a URL.*write the name alone, such as www\.example\.org$/],
    ['https://[2001:db8::1]/', /is a URL.*write the name alone/],
    ['x.example/path', /is an address of a page.*write x\.example$/],
    ['x.example:443', /is a name with a port.*write x\.example$/],
    ['someone@x.example', /is an address of mail.*write x\.example$/],
    ['||x.example^$important', /is a rule of a list.*write x\.example$/],
    ['@@||x.example^', /is a rule of a list.*write x\.example$/],
    ['*.x.example', /is a pattern.*write x\.example$/],
    ['192.0.2.1', /is an address.*1\.2\.0\.192\.in-addr\.arpa PTR$/],
    ['2001:db8::1', /is an address, not a name/],
    ['a..example', /empty label/],
  ] as const)
    t.throws(() => checkName(written), { name: 'Error', message: wanted }, written);
  t.end();
});

t.test('names pass as they are', (t) => {
  for (const name of [
    'x.example',
    'X.Example.',
    '_sip._tcp.x.example',
    'bücher.example',
    'localhost',
    '.',
    '1.2.0.192.in-addr.arpa',
  ])
    t.doesNotThrow(() => checkName(name), name);
  t.end();
});
