// Every key by itself: what is wrong with it, where, and what to write instead.

import t from 'tap';
import { faultLines, MINIMAL } from './reading.ts';

/** One VLAN "kids" as written, and policies. */
const vlan = (text: string, policies = '  open: {}\n'): string =>
  `vlans:\n  kids: ${text}\npolicies:\n${policies}`;

/** One policy "open" as written, and what follows it. */
const policy = (text: string, rest = ''): string =>
  `vlans:\n  lan: { interface: em0, policy: open }\npolicies:\n  open: ${text}\n${rest}`;

const FAULTS: readonly (readonly [when: string, text: string, faults: readonly string[]])[] = [
  [
    'an unknown section',
    MINIMAL + 'vlan: {}\n',
    [
      '5:1: error: vlan: is not a known key; write "vlans" (known keys: vlans, policies, lists, services, upstreams, forward, records, hosts, leases, expect, cache, limits, server, log, querylog, control, metrics, web)',
    ],
  ],
  [
    'an unknown section that is like none',
    MINIMAL + 'nonsense: {}\n',
    [
      '5:1: error: nonsense: is not a known key; known keys: vlans, policies, lists, services, upstreams, forward, records, hosts, leases, expect, cache, limits, server, log, querylog, control, metrics, web',
    ],
  ],
  [
    'an unknown key of a VLAN',
    vlan('{ interfaces: em0, interface: em1, policy: open }'),
    [
      '2:11: error: vlans.kids.interfaces: is not a known key; write "interface" (known keys: id, interface, listen, subnets, policy, clients, records, hosts, local_names, first_seen)',
    ],
  ],
  [
    'an unknown key with two letters swapped',
    vlan('{ interface: em0, poilcy: open, policy: open }'),
    [
      '2:27: error: vlans.kids.poilcy: is not a known key; write "policy" (known keys: id, interface, listen, subnets, policy, clients, records, hosts, local_names, first_seen)',
    ],
  ],
  [
    'a section that is not built yet',
    MINIMAL + 'bootstrap: [192.0.2.53]\n',
    ['5:1: error: bootstrap: is not built yet; take it out'],
  ],
  [
    'a mode of the query log that there is not',
    policy('{ querylog: none }'),
    ['4:21: error: policies.open.querylog: "none" will not do; write one of full, blocked, anonymous, off'],
  ],
  [
    'an expectation at no moment',
    MINIMAL + 'expect:\n  - { vlan: lan, name: example.org, is: allowed, at: Monday }\n',
    [
      '6:54: error: expect[0].at: "Monday" is not a moment; write one such as "Mon 22:00", "22:00" or "2026-12-24T22:00"',
    ],
  ],
  [
    'a format and a mode that there are not',
    policy(
      '{ block: { lists: [ads] } }',
      'lists:\n  ads: { sources: { url: "https://lists.example/a", format: rzp }, mode: watch }\n',
    ),
    [
      '6:61: error: lists.ads.sources.format: "rzp" will not do; write "rpz" (or another of auto, hosts, domains, wildcard, adguard, dnsmasq, rpz, unbound, ip)',
      '6:74: error: lists.ads.mode: "watch" will not do; write one of enforce, observe',
    ],
  ],
  [
    'an upstream over https, not built yet',
    MINIMAL + 'upstreams: { default: "https://192.0.2.53/dns-query" }\n',
    [
      '5:23: error: upstreams.default.servers: https:// (DNS over HTTPS) is not built yet; write tls://192.0.2.53#NAME, which most of its servers have as well',
    ],
  ],
  [
    'no VLANs',
    'policies: { open: {} }\n',
    [
      '1:1: error: vlans: is missing; write at least one VLAN',
      '1:13: error: policies.open: no VLAN, client or policy uses it; name it somewhere, or take it out',
    ],
  ],
  [
    'an empty map of VLANs',
    'vlans: {}\npolicies: {}\n',
    ['1:8: error: vlans: is an empty map; write at least one VLAN'],
  ],
  [
    'VLANs as a list',
    'vlans: [kids]\npolicies: {}\n',
    ['1:8: error: vlans: is a list; write at least one VLAN'],
  ],
  [
    'a VLAN without a value',
    'vlans:\n  kids:\npolicies: {}\n',
    ['2:8: error: vlans.kids: is empty; write a map with interface: or listen:, and policy:'],
  ],
  [
    'a VLAN without a policy',
    vlan('{ interface: em0 }', '  {}\n'),
    ['2:3: error: vlans.kids.policy: is missing; write the name of a policy (a-z, 0-9, "_" and "-")'],
  ],
  [
    'a name with capitals',
    'vlans:\n  Kids: { interface: em0, policy: open }\npolicies:\n  open: {}\n',
    ['2:3: error: vlans.Kids: "Kids" is not a name; write 1 to 63 of a-z, 0-9, "_" and "-"'],
  ],
  [
    'a name with a dot',
    'vlans:\n  lan: { interface: em0, policy: open }\npolicies:\n  open: {}\n  "a.b": { extends: open }\n',
    [
      '5:3: error: policies.a.b: "a.b" is not a name; write 1 to 63 of a-z, 0-9, "_" and "-"',
      '5:3: error: policies.a.b: no VLAN, client or policy uses it; name it somewhere, or take it out',
    ],
  ],
  [
    'a tag that is too high',
    vlan('{ id: 4095, interface: em0, policy: open }'),
    ['2:15: error: vlans.kids.id: 4095 will not do; write a whole number from 1 to 4094'],
  ],
  [
    'a tag with a fraction',
    vlan('{ id: 4.5, interface: em0, policy: open }'),
    ['2:15: error: vlans.kids.id: 4.5 will not do; write a whole number from 1 to 4094'],
  ],
  [
    'a tag in quotes',
    vlan('{ id: "40", interface: em0, policy: open }'),
    ['2:15: error: vlans.kids.id: is "40"; write a whole number from 1 to 4094'],
  ],
  [
    'an interface with a space',
    vlan('{ interface: "em 0", policy: open }'),
    ['2:22: error: vlans.kids.interface: "em 0" will not do; write the name of an interface such as em0'],
  ],
  [
    'an interface that is a number',
    vlan('{ interface: 0, policy: open }'),
    [
      '2:22: error: vlans.kids.interface: is the number 0; write the name of an interface such as em0 (to use it as text, put quotes round it: "0")',
    ],
  ],
  [
    'an empty list of addresses',
    vlan('{ listen: [], subnets: [192.0.2.0/24], policy: open }'),
    ['2:19: error: vlans.kids.listen: is an empty list; write one or more addresses such as 127.0.0.1:5340'],
  ],
  [
    'a wildcard address',
    vlan('{ listen: ["0.0.0.0:5353"], subnets: [192.0.2.0/24], policy: open }'),
    [
      "2:20: error: vlans.kids.listen[0]: 0.0.0.0 is every address, and no VLAN is served by a wildcard socket; write the VLAN's own address, or interface: in place of listen:",
    ],
  ],
  [
    'the IPv6 wildcard',
    vlan('{ listen: "::", subnets: [192.0.2.0/24], policy: open }'),
    [
      "2:19: error: vlans.kids.listen: :: is every address, and no VLAN is served by a wildcard socket; write the VLAN's own address, or interface: in place of listen:",
    ],
  ],
  [
    'a name to listen on',
    vlan('{ listen: localhost, subnets: [192.0.2.0/24], policy: open }'),
    [
      '2:19: error: vlans.kids.listen: "localhost" is not an address; write one such as 192.0.2.1, "192.0.2.1:5353" or "[2001:db8::1]:5353"',
    ],
  ],
  [
    'a port out of range',
    vlan('{ listen: "127.0.0.1:65536", subnets: [192.0.2.0/24], policy: open }'),
    ['2:19: error: vlans.kids.listen: "65536" in "127.0.0.1:65536" is not a port; write 1 to 65535'],
  ],
  [
    'an IPv6 address with a port but no brackets, which is another address',
    vlan('{ listen: "::1:0:", subnets: [192.0.2.0/24], policy: open }'),
    [
      '2:19: error: vlans.kids.listen: "::1:0:" is not an address; write one such as 192.0.2.1, "192.0.2.1:5353" or "[2001:db8::1]:5353"',
    ],
  ],
  [
    'brackets that YAML takes for a list',
    vlan('{ listen: [[::1]:5340], subnets: [192.0.2.0/24], policy: open }'),
    [
      '2:20: error: vlans.kids.listen[0]: a key must be plain text; put quotes round a value that has brackets in it, as in "[::1]:53"',
      '2:20: error: vlans.kids.listen[0]: is a map; write an address with or without a port, such as 127.0.0.1:5340',
    ],
  ],
  [
    'a prefix with host bits',
    vlan('{ interface: em0, subnets: [192.0.2.5/24], policy: open }'),
    ['2:37: error: vlans.kids.subnets[0]: 192.0.2.5/24 has bits set behind its length; write 192.0.2.0/24'],
  ],
  [
    'an IPv6 prefix with host bits',
    vlan('{ interface: em0, subnets: ["2001:db8::1/64"], policy: open }'),
    [
      '2:37: error: vlans.kids.subnets[0]: 2001:db8::1/64 has bits set behind its length; write 2001:db8::/64',
    ],
  ],
  [
    'a prefix that is too long',
    vlan('{ interface: em0, subnets: [192.0.2.0/33], policy: open }'),
    [
      '2:37: error: vlans.kids.subnets[0]: "192.0.2.0/33" has no length of 0 to 32; write one such as 192.0.2.0/32',
    ],
  ],
  [
    'an IPv4-mapped prefix that reaches beyond IPv4',
    vlan('{ interface: em0, subnets: ["::ffff:0:0/64"], policy: open }'),
    [
      '2:37: error: vlans.kids.subnets[0]: "::ffff:0:0/64" has no length of 96 to 128; write one such as ::ffff:0:0/128',
    ],
  ],
  [
    'a prefix with an octet too large',
    vlan('{ interface: em0, subnets: [192.0.256.0/24], policy: open }'),
    [
      '2:37: error: vlans.kids.subnets[0]: "192.0.256.0/24" is not an address or a prefix; write one such as 192.0.2.7, 192.0.2.0/24 or "2001:db8::/32"',
    ],
  ],
  [
    'a prefix with a leading zero',
    vlan('{ interface: em0, subnets: [192.000.2.0/24], policy: open }'),
    [
      '2:37: error: vlans.kids.subnets[0]: "192.000.2.0/24" is not an address or a prefix; write one such as 192.0.2.7, 192.0.2.0/24 or "2001:db8::/32"',
    ],
  ],
  [
    'a prefix that is a number',
    vlan('{ interface: em0, subnets: [10], policy: open }'),
    [
      '2:37: error: vlans.kids.subnets[0]: is the number 10; write an address or a prefix such as 192.0.2.0/24 (to use it as text, put quotes round it: "10")',
    ],
  ],
  [
    'an empty list of subnets',
    vlan('{ interface: em0, subnets: [], policy: open }'),
    ['2:36: error: vlans.kids.subnets: is an empty list; write one or more prefixes such as [192.0.2.0/24]'],
  ],
  [
    "a misspelt word for the interface's subnets",
    vlan('{ interface: em0, subnets: interfaces, policy: open }'),
    [
      '2:36: error: vlans.kids.subnets: "interfaces" will not do; write interface, or a list of prefixes such as [192.0.2.0/24]',
    ],
  ],
  [
    'subnets as a map',
    vlan('{ interface: em0, subnets: { a: b }, policy: open }'),
    [
      '2:36: error: vlans.kids.subnets: is a map; write interface, or a list of prefixes such as [192.0.2.0/24]',
    ],
  ],
  [
    'a client without address and policy',
    vlan('{ interface: em0, policy: open, clients: [{ name: laptop }] }'),
    [
      '2:51: error: vlans.kids.clients[0].policy: is missing; write the name of a policy (a-z, 0-9, "_" and "-")',
      '2:51: error: vlans.kids.clients[0]: is known by nothing; write address: [192.0.2.7, "2001:db8::7"], or mac: 00:00:5e:00:53:01',
    ],
  ],
  [
    'a client that is an address alone',
    vlan('{ interface: em0, policy: open, clients: [192.0.2.7] }'),
    [
      '2:51: error: vlans.kids.clients[0]: is "192.0.2.7"; write an exception such as { address: 192.0.2.7, policy: NAME }',
    ],
  ],
  [
    'a policy without a value',
    'vlans:\n  lan: { interface: em0, policy: open }\npolicies:\n  open:\n',
    ['4:8: error: policies.open: is empty; write a map, or {} to filter nothing'],
  ],
  [
    'yes for true, as in YAML 1.1',
    policy('{ only: yes }'),
    ['4:17: error: policies.open.only: is "yes"; write true or false'],
  ],
  [
    'a number for true',
    policy('{ inspect: 1 }'),
    ['4:20: error: policies.open.inspect: is the number 1; write true or false'],
  ],
  [
    'an answer that is none',
    policy('{ answer: nxdomian }'),
    [
      '4:19: error: policies.open.answer: "nxdomian" will not do; write "nxdomain" (or another of nxdomain, nodata, zero, refused)',
    ],
  ],
  [
    'an answer with the wrong family',
    policy('{ answer: { ipv4: "2001:db8::1", ipv6: 192.0.2.1 } }'),
    [
      '4:27: error: policies.open.answer.ipv4: "2001:db8::1" will not do; write an IPv4 address such as 192.0.2.1',
      '4:48: error: policies.open.answer.ipv6: "192.0.2.1" will not do; write an IPv6 address such as "2001:db8::1"',
    ],
  ],
  [
    'an answer as a list',
    policy('{ answer: [nxdomain] }'),
    [
      '4:19: error: policies.open.answer: is a list; write one of nxdomain, nodata, zero, refused, or { ipv4: ADDRESS, ipv6: ADDRESS }',
    ],
  ],
  [
    'a TTL without unit',
    policy('{ block_ttl: 30 }'),
    ['4:22: error: policies.open.block_ttl: 30 has no unit; write 30s, 30m, 30h or 30d'],
  ],
  [
    'a TTL that is not whole seconds',
    policy('{ block_ttl: 1500ms }'),
    ['4:22: error: policies.open.block_ttl: 1500ms is not a whole number of seconds; write 2s'],
  ],
  [
    'a TTL that is too long',
    policy('{ block_ttl: 2d }'),
    ['4:22: error: policies.open.block_ttl: 2d is out of range; write 0s to 1d'],
  ],
  [
    'a duration of two units',
    policy('{ block_ttl: 1h30m }'),
    [
      '4:22: error: policies.open.block_ttl: "1h30m" is not a duration; write a whole number and one of ms, s, m, h, d, such as 90m',
    ],
  ],
  [
    'a duration that is a list',
    policy('{ block_ttl: [30s] }'),
    ['4:22: error: policies.open.block_ttl: is a list; write a duration such as 30s, 5m, 12h or 7d'],
  ],
  [
    'a rule with a star inside',
    policy('{ block: { rules: ["ads*.example"] } }'),
    [
      '4:28: error: policies.open.block.rules[0]: "*" may stand only in front, as in "*.example.org"; for "ads*.example" write the regular expression "/^ads.*\\\\.example$/"',
    ],
  ],
  [
    'a rule with a star for one label in the middle',
    policy('{ block: { rules: ["*.*.example"] } }'),
    [
      '4:28: error: policies.open.block.rules[0]: "*" may stand only in front, as in "*.example.org"; for "*.*.example" write the regular expression "/^.*\\\\..*\\\\.example$/"',
    ],
  ],
  [
    'a rule in the syntax of lists',
    policy('{ block: { rules: ["@@||example.org^$important"] } }'),
    [
      '4:28: error: policies.open.block.rules[0]: "@@||example.org^$important" is an exception, which allows; write "example.org" (it and everything below) under allow.rules; house rules have no conditions: a rule with "$" goes into the file of a list',
    ],
  ],
  [
    'a rule that is a URL',
    policy('{ block: { rules: ["https://example.org/"] } }'),
    [
      '4:28: error: policies.open.block.rules[0]: ":" in "https://example.org/" has no place in a name; write the name alone, such as example.org',
    ],
  ],
  [
    'a rule that is an address',
    policy('{ block: { rules: [192.0.2.1] } }'),
    ['4:28: error: policies.open.block.rules[0]: 192.0.2.1 is an address; write a name such as example.org'],
  ],
  [
    'a rule that is a line of a hosts file',
    policy('{ block: { rules: ["0.0.0.0 ads.example"] } }'),
    [
      '4:28: error: policies.open.block.rules[0]: " " in "0.0.0.0 ads.example" has no place in a name; write the name alone, such as example.org',
    ],
  ],
  [
    'a rule for the root',
    policy('{ block: { rules: ["."] } }'),
    [
      '4:28: error: policies.open.block.rules[0]: the root is every name; write "only: true" to block all that is not allowed',
    ],
  ],
  [
    'a rule with an empty label',
    policy('{ block: { rules: [a..example] } }'),
    [
      '4:28: error: policies.open.block.rules[0]: "a..example" has an empty label (two dots in a row, or a leading dot); write a name such as example.org',
    ],
  ],
  [
    'a rule with a label of 64',
    policy(`{ block: { rules: [${'a'.repeat(64)}.example] } }`),
    [
      '4:28: error: policies.open.block.rules[0]: a label of "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example" has 64 octets; the most is 63',
    ],
  ],
  [
    'a regular expression without its end',
    policy('{ block: { rules: ["/^ads"] } }'),
    [
      '4:28: error: policies.open.block.rules[0]: "/^ads" does not end with "/"; write a regular expression as "/^ad[0-9]+\\\\./"',
    ],
  ],
  [
    'a regular expression that does not compile',
    policy('{ block: { rules: ["/(/"] } }'),
    [
      '4:28: error: policies.open.block.rules[0]: "/(/": missing closing ): `(`; write a regular expression as "/^ad[0-9]+\\\\./" (RE2 syntax)',
    ],
  ],
  [
    'an empty rule',
    policy('{ block: { rules: [""] } }'),
    ['4:28: error: policies.open.block.rules[0]: is empty; write a name such as example.org'],
  ],
  [
    'a rule that is a number',
    policy('{ block: { rules: [123] } }'),
    [
      '4:28: error: policies.open.block.rules[0]: is the number 123; write a rule such as example.org, "*.example.org" or "/^ad[0-9]+/" (to use it as text, put quotes round it: "123")',
    ],
  ],
  [
    'an http source',
    policy('{ block: { lists: ads } }', 'lists: { ads: "http://lists.example/ads.txt" }\n'),
    [
      '5:15: error: lists.ads.sources: http: lets anybody on the way decide what is blocked; write https://lists.example/ads.txt (http: is for loopback only)',
    ],
  ],
  [
    'an ftp source',
    policy('{ block: { lists: ads } }', 'lists: { ads: "ftp://lists.example/ads.txt" }\n'),
    ['5:15: error: lists.ads.sources: ftp: is not fetched; write an https URL, or a path without a scheme'],
  ],
  [
    'a source that is not a URL',
    policy('{ block: { lists: ads } }', 'lists: { ads: "https://" }\n'),
    [
      '5:15: error: lists.ads.sources: "https://" is not a URL; write one such as https://lists.example/hosts.txt',
    ],
  ],
  [
    'an empty path',
    policy('{ block: { lists: ads } }', 'lists: { ads: "" }\n'),
    ['5:15: error: lists.ads.sources: is empty; write a path or an https URL'],
  ],
  [
    'a list without sources',
    policy('{ block: { lists: [ads, more] } }', 'lists:\n  ads: []\n  more: { refresh: 1h }\n'),
    [
      '6:8: error: lists.ads.sources: is an empty list; write one or more paths or https URLs',
      '7:3: error: lists.more.sources: is missing; write one or more paths or https URLs',
    ],
  ],
  [
    'a refresh that is too short',
    policy(
      '{ block: { lists: ads } }',
      'lists: { ads: { sources: "https://lists.example/a", refresh: 30s } }\n',
    ),
    ['5:62: error: lists.ads.refresh: 30s is out of range; write 1m to 365d'],
  ],
  [
    'a percentage without its sign',
    policy(
      '{ block: { lists: ads } }',
      'lists: { ads: { sources: "https://lists.example/a", guard: { max_shrink: 50, max_errors: 101% } } }\n',
    ),
    [
      '5:74: error: lists.ads.guard.max_shrink: "50" is not a percentage; write 0% to 100%, such as 50%',
      '5:90: error: lists.ads.guard.max_errors: "101%" is not a percentage; write 0% to 100%, such as 50%',
    ],
  ],
  [
    'an upstream by name',
    MINIMAL + 'upstreams: { default: dns.example }\n',
    [
      '5:23: error: upstreams.default.servers: "dns.example" is a name, and finding its address would need the upstream that is being defined; write its address',
    ],
  ],
  [
    'an upstream by name with a port',
    MINIMAL + 'upstreams: { default: "tcp://dns.example:53" }\n',
    [
      '5:23: error: upstreams.default.servers: "dns.example" is a name, and finding its address would need the upstream that is being defined; write its address',
    ],
  ],
  [
    'an upstream over TLS without a name',
    MINIMAL + 'upstreams: { default: "tls://192.0.2.53" }\n',
    [
      '5:23: error: upstreams.default.servers: has no name to check the certificate for; write tls://192.0.2.53#NAME',
    ],
  ],
  [
    'a name without TLS',
    MINIMAL + 'upstreams: { default: "192.0.2.53#dns.example" }\n',
    [
      '5:23: error: upstreams.default.servers: "#dns.example" needs TLS; write tls://192.0.2.53#dns.example, or leave "#dns.example" away',
    ],
  ],
  [
    'a way to ask that does not exist',
    MINIMAL + 'upstreams: { default: "quic://192.0.2.53" }\n',
    [
      '5:23: error: upstreams.default.servers: quic:// is not a way to ask; write udp://, tcp:// or tls:// and an address, or system',
    ],
  ],
  [
    'an upstream with a path',
    MINIMAL + 'upstreams: { default: "192.0.2.53/24" }\n',
    [
      '5:23: error: upstreams.default.servers: "192.0.2.53/24" is not an address; write one such as 192.0.2.1, "192.0.2.1:5353" or "[2001:db8::1]:5353"',
    ],
  ],
  [
    'an upstream set without servers',
    MINIMAL + 'upstreams: { default: [] }\n',
    [
      '5:23: error: upstreams.default.servers: is an empty list; write one or more servers such as 192.0.2.53, "tls://192.0.2.53#dns.example" or system',
    ],
  ],
  [
    'a strategy that does not exist',
    MINIMAL + 'upstreams: { default: { servers: system, strategy: fast } }\n',
    [
      '5:52: error: upstreams.default.strategy: "fast" will not do; write "fastest" (or another of fastest, ordered, parallel, random)',
    ],
  ],
  [
    'forwarding without zones or upstream',
    MINIMAL + 'forward: [{}]\n',
    [
      '5:11: error: forward[0].zones: is missing; write one or more zones such as lan',
      '5:11: error: forward[0].upstream: is missing; write the name of an upstream set (a-z, 0-9, "_" and "-")',
    ],
  ],
  [
    'an empty list of zones',
    MINIMAL + 'forward: [{ zones: [], upstream: default }]\n',
    ['5:20: error: forward[0].zones: is an empty list; write one or more zones such as lan'],
  ],
  [
    'a record that is only a name',
    MINIMAL + 'records: [nas.home.arpa]\n',
    [
      '5:11: error: records[0]: "nas.home.arpa" will not do; write a record such as "nas.home.arpa. 300 A 192.0.2.10"',
    ],
  ],
  [
    'records that are a map',
    MINIMAL + 'records: { nas.home.arpa: 192.0.2.1 }\n',
    ['5:10: error: records: is a map; write a list of records'],
  ],
  [
    'an expectation without name and outcome',
    MINIMAL + 'expect: [{ vlan: lan }]\n',
    [
      '5:10: error: expect[0].name: is missing; write a name such as example.org',
      '5:10: error: expect[0].is: is missing; write one of blocked, allowed',
    ],
  ],
  [
    'an expectation with a type that does not exist',
    MINIMAL + 'expect: [{ vlan: lan, name: example.org, type: AAAAA, is: allowed }]\n',
    ['5:48: error: expect[0].type: "AAAAA" is not a record type; write one such as A, AAAA, HTTPS or TYPE65'],
  ],
  [
    'an expectation with a client that is a prefix',
    MINIMAL + 'expect: [{ client: 192.0.2.0/24, name: example.org, is: alowed }]\n',
    [
      '5:20: error: expect[0].client: "192.0.2.0/24" will not do; write an address such as 192.0.2.7 or "2001:db8::7"',
      '5:57: error: expect[0].is: "alowed" will not do; write "allowed" (or another of blocked, allowed)',
    ],
  ],
  [
    'a size in units of 1000',
    MINIMAL + 'cache: { size: 64MB }\n',
    [
      '5:16: error: cache.size: "64MB" is not a size; write a whole number and one of B, KiB, MiB, GiB, such as 64MiB',
    ],
  ],
  [
    'a size without unit',
    MINIMAL + 'cache: { size: 1000 }\n',
    ['5:16: error: cache.size: 1000 has no unit; write 1000MiB or 1000KiB'],
  ],
  [
    'a size that is too small',
    MINIMAL + 'cache: { size: 1KiB }\n',
    ['5:16: error: cache.size: 1KiB is out of range; write 64KiB to 4GiB'],
  ],
  [
    'a negative limit',
    MINIMAL + 'limits: { rate: -1 }\n',
    ['5:17: error: limits.rate: -1 will not do; write a whole number from 0 to 1000000'],
  ],
  [
    'a limit as a word',
    MINIMAL + 'limits: { tcp: unlimited }\n',
    ['5:16: error: limits.tcp: is "unlimited"; write a whole number from 0 to 1000000'],
  ],
  [
    'no idle time for TCP',
    MINIMAL + 'limits: { tcp_idle: 0 }\n',
    ['5:21: error: limits.tcp_idle: 0s is out of range; write 100ms to 1h'],
  ],
  [
    'a user with a space',
    MINIMAL + 'server: { user: "some one" }\n',
    ['5:17: error: server.user: "some one" will not do; write the name of a user such as _vlandns'],
  ],
  [
    'a port of 0',
    MINIMAL + 'server: { port: 0 }\n',
    ['5:17: error: server.port: 0 will not do; write a whole number from 1 to 65535'],
  ],
  [
    'a log level that does not exist',
    MINIMAL + 'log: { level: warning }\n',
    [
      '5:15: error: log.level: "warning" will not do; write "warn" (or another of trace, debug, info, warn, error)',
    ],
  ],
  [
    'a section without a value',
    MINIMAL + 'cache:\n',
    ['5:7: error: cache: is empty; write a map of cache options'],
  ],
  [
    'a path with a control character',
    MINIMAL + 'control: { socket: "a\\0b" }\n',
    ['5:20: error: control.socket: has a control character in it; write a path'],
  ],
  [
    'a list for the whole file',
    '- vlans\n',
    ['1:1: error: is a list; write a map with vlans: and policies:'],
  ],
  ['a text for the whole file', 'vlans\n', ['1:1: error: is "vlans"; write a map with vlans: and policies:']],
];

t.test('each fault of one key is reported where it stands, with what to write instead', (t) => {
  const folder = t.testdir();
  for (const [when, text, faults] of FAULTS) t.strictSame(faultLines(folder, text), faults, when);
  t.end();
});
