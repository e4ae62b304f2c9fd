// Finds the name of a policy zone that its file does not give, from the end of its owners: `bad.example.rpz.` and
// `x.test.rpz.` are of the zone `rpz`. Where more than one name is possible, none is taken.

/** Top-level labels of the names that zones are about; the name of a zone hardly begins with one. */
const TOP_LEVEL = /^([a-z]{2}|com|net|org|info|biz|arpa|xyz|online|site|shop|top|club|test|example)$/;

/** Labels before the zone's name in owners whose trigger is no name. */
const TRIGGERS = new Set(['rpz-ip', 'rpz-client-ip', 'rpz-nsip', 'rpz-nsdname']);

/** Finds the zone's name from absolute owners without their final dots; undefined where it is not sure. */
export function findZoneName(owners: readonly string[]): string | undefined {
  const names = owners.map((owner) => owner.split('.').filter((label, at) => at > 0 || label !== '*'));
  const marked = names.find((labels) => labels.some((label) => TRIGGERS.has(label)));
  if (marked !== undefined) return named(marked.slice(marked.findIndex((label) => TRIGGERS.has(label)) + 1));
  const zone = commonEnd(names);
  const own = zone.findIndex((label) => label.includes('rpz'));
  if (own >= 0) return named(zone.slice(own));
  while (zone.length > 1 && TOP_LEVEL.test(zone[0] ?? '')) zone.shift();
  const tops = new Set(names.map((labels) => labels.at(-1 - zone.length)));
  return zone.length === 1 || tops.size > 1 ? named(zone) : undefined;
}

function named(labels: readonly string[]): string | undefined {
  return labels.length === 0 ? undefined : labels.join('.');
}

/** The labels that all names end in, leaving at least two of each name, since no list is about whole top-level domains. */
function commonEnd(names: readonly (readonly string[])[]): string[] {
  const [first = [], ...rest] = names;
  const shortest = Math.min(...names.map(({ length }) => length));
  let length = 0;
  while (length < shortest - 2 && rest.every((labels) => labels.at(-1 - length) === first.at(-1 - length)))
    length++;
  return length === 0 ? [] : first.slice(-length);
}
