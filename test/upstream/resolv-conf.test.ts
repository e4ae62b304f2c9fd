import t from 'tap';
import { nameserversOf } from '../../src/upstream/resolv-conf.ts';

t.test('nameserver lines are read as the systems write them', (t) => {
  const table: [what: string, text: string, servers: string[]][] = [
    ['an empty file', '', []],
    ['one server', 'nameserver 192.0.2.1\n', ['192.0.2.1']],
    ['no line end', 'nameserver 192.0.2.1', ['192.0.2.1']],
    ['in their order', 'nameserver 192.0.2.2\nnameserver 192.0.2.1\n', ['192.0.2.2', '192.0.2.1']],
    ['OpenBSD resolvd', 'nameserver 192.0.2.1 # resolvd: vio0\nlookup file bind\n', ['192.0.2.1']],
    ['tabs and spaces', ' \tnameserver\t 192.0.2.1 \t\n', ['192.0.2.1']],
    ['lines of DOS', 'nameserver 192.0.2.1\r\nnameserver 192.0.2.2\r\n', ['192.0.2.1', '192.0.2.2']],
    ['IPv6', 'nameserver 2001:db8::1\n', ['2001:db8::1']],
    ['IPv6 with scope', 'nameserver fe80::1%vio0\n', ['fe80::1%vio0']],
    ['comments', '# nameserver 192.0.2.1\n;nameserver 192.0.2.2\n#\n', []],
    ['other keywords', 'search example.net\noptions edns0\ndomain example.net\nnameservers 192.0.2.1\n', []],
    ['what is no address', 'nameserver dns.example.net\nnameserver 192.0.2.256\nnameserver\n', []],
    [
      'more than three',
      'nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n',
      ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'],
    ],
    ['the same twice', 'nameserver 192.0.2.1\nnameserver 192.0.2.1\n', ['192.0.2.1']],
  ];
  for (const [what, text, servers] of table) t.strictSame(nameserversOf(text), servers, what);
  t.end();
});
