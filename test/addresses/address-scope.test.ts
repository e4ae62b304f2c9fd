// What is an address of this machine alone, and what of its link alone.
import t from 'tap';
import { isLinkLocal, isLoopback, isLoopbackHost } from '../../src/addresses/address-scope.ts';

t.test('addresses are of this machine, of a link, or neither', async (t) => {
  for (const [address, machine, link] of [
    ['127.0.0.1', true, false],
    ['127.255.255.255', true, false],
    ['126.255.255.255', false, false],
    ['128.0.0.0', false, false],
    ['::1', true, false],
    ['0:0:0:0:0:0:0:1', true, false],
    ['::ffff:127.0.0.1', true, false],
    ['::2', false, false],
    ['::1%lo', true, false],
    ['169.254.0.0', false, true],
    ['169.255.0.0', false, false],
    ['fe80::1', false, true],
    ['FE80::1%em0', false, true],
    ['febf:ffff::1', false, true],
    ['fec0::1', false, false],
    ['192.0.2.1', false, false],
    ['', false, false],
    ['127.1', false, false],
    ['localhost', false, false],
  ] as const) {
    t.equal(isLoopback(address), machine, `${address} and this machine`);
    t.equal(isLinkLocal(address), link, `${address} and its link`);
  }
});

t.test('hosts of URLs are this machine or not', async (t) => {
  for (const [url, is] of [
    ['http://localhost/', true],
    ['http://127.0.0.1:8080/', true],
    ['http://127.1/', true],
    ['http://[::1]/', true],
    ['http://[::ffff:127.0.0.1]/', true],
    ['http://[::2]/', false],
    ['http://127.0.0.1.example/', false],
    ['http://localhost.example/', false],
    ['http://192.0.2.1/', false],
  ] as const)
    t.equal(isLoopbackHost(new URL(url).hostname), is, url);
});
