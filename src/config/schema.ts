// The combinators that the configuration is defined with. Each one reads a node and gives the JSON Schema of what it
// reads, so that the validator and the editor's schema cannot differ. A fault is reported and reading goes on.

import type { Position } from './config.ts';
import type { FaultLog } from './config-error.ts';
import { nearest } from './values/nearest.ts';
import { describeNode, toNode } from './yaml/node.ts';
import type { ConfigNode, Literal, MapNode } from './yaml/node.ts';

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Where a value stands: its path of keys, and the position to name when something is missing from it. */
export interface Place {
  readonly setting: string;
  readonly at: Position;
  readonly faults: FaultLog;
}

/** What may stand at one place. */
export interface Schema<T> {
  /** What to write there, to follow "write": `a duration such as 30s`. */
  readonly expects: string;
  /** Gives the value, or undefined when a fault was reported. */
  read(node: ConfigNode, place: Place): T | undefined;
  json(): JsonSchema;
}

/** The type that a schema reads. */
export type ValueOf<S> = S extends Schema<infer T> ? T : never;

/** One key of an object. */
export interface Key<T> {
  readonly schema: Schema<unknown>;
  readonly description: string;
  readonly required: boolean;
  /** The default as it would be written. */
  readonly literal: Literal | undefined;
  /** Gives the value of the key; `node` is undefined where the key is not written. */
  read(node: ConfigNode | undefined, place: Place): T;
}

type Keys = Readonly<Record<string, Key<unknown>>>;

/** Where an object is written, and each of its keys. */
interface Written<N extends PropertyKey> {
  readonly setting: string;
  readonly at: Position;
  /** The positions of the values; undefined for keys that are not written. */
  readonly keys: Readonly<Partial<Record<N, Position>>>;
}

/** What an object reads: the values of its keys, and where they are written. */
export type ObjectOf<K extends Keys> = {
  readonly [N in keyof K]: K[N] extends Key<infer T> ? T : never;
} & { readonly written: Written<keyof K> };

/** A schema of an object, with its keys to build other schemas from. */
export interface ObjectSchema<K extends Keys> extends Schema<ObjectOf<K>> {
  readonly keys: K;
}

/** A key that may be left out; undefined then, and where its value is faulty. */
export function optional<T>(schema: Schema<T>, description: string): Key<T | undefined> {
  return {
    schema,
    description,
    required: false,
    literal: undefined,
    read: (node, place) => (node === undefined ? undefined : schema.read(node, place)),
  };
}

/** A key that must be written; undefined where it is not, which is reported, and where its value is faulty. */
export function required<T>(schema: Schema<T>, description: string): Key<T | undefined> {
  return {
    schema,
    description,
    required: true,
    literal: undefined,
    read: (node, place) => {
      if (node !== undefined) return schema.read(node, place);
      place.faults.error(place.at, place.setting, `is missing; write ${schema.expects}`);
      return undefined;
    },
  };
}

/** A key with a default, given as it would be written; the default also stands in where the value is faulty. */
export function withDefault<T>(schema: Schema<T>, description: string, literal: Literal): Key<T> {
  return {
    schema,
    description,
    required: false,
    literal,
    read: (node, place) => {
      const value = node === undefined ? undefined : schema.read(node, place);
      if (value !== undefined) return value;
      const fallback = schema.read(toNode(literal, place.at), place);
      if (fallback === undefined) throw new Error(`the default of ${place.setting} is not valid`);
      return fallback;
    },
  };
}

/** A map with known keys. `notBuilt` are keys that the documentation names and this version does not have. */
export function object<K extends Keys>(
  expects: string,
  keys: K,
  notBuilt: readonly string[] = [],
): ObjectSchema<K> {
  return {
    expects,
    keys,
    read(node, place) {
      if (node.kind !== 'map') return reportKind(node, place, expects);
      const nodes = new Map(node.entries.map((entry) => [entry.key, entry.value]));
      reportUnknownKeys(node, place, { known: Object.keys(keys), notBuilt });
      const values: Record<string, unknown> = {};
      for (const [name, key] of Object.entries(keys)) {
        const child = nodes.get(name);
        const at = child?.at ?? place.at;
        values[name] = key.read(child, { ...place, setting: join(place.setting, name), at });
      }
      const positions = Object.fromEntries([...nodes].map(([name, child]) => [name, child.at]));
      const written = { setting: place.setting, at: place.at, keys: positions };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loop gave each key its own type
      return { ...values, written } as ObjectOf<K>;
    },
    json() {
      const properties = Object.fromEntries(
        Object.entries(keys).map(([name, key]) => [name, keyToJson(key)]),
      );
      const needed = Object.keys(keys).filter((name) => keys[name]?.required);
      return {
        type: 'object',
        properties,
        ...(needed.length === 0 ? {} : { required: needed }),
        additionalProperties: false,
      };
    },
  };
}

function keyToJson(key: Key<unknown>): JsonSchema {
  const fallback = key.literal === undefined ? {} : { default: key.literal };
  return { description: key.description, ...key.schema.json(), ...fallback };
}

function reportUnknownKeys(
  node: MapNode,
  place: Place,
  words: { readonly known: readonly string[]; readonly notBuilt: readonly string[] },
): void {
  for (const { key, keyAt } of node.entries) {
    if (words.known.includes(key)) continue;
    place.faults.error(keyAt, join(place.setting, key), unknownKeyMessage(key, words, place.faults));
  }
}

function unknownKeyMessage(
  key: string,
  words: { readonly known: readonly string[]; readonly notBuilt: readonly string[] },
  faults: FaultLog,
): string {
  if (words.notBuilt.includes(key)) return 'is not built yet; take it out';
  // Suggestions are costly, so they are found only for faults that are reported.
  const near = faults.isTold('is not a known key') ? nearest(key, words.known) : undefined;
  const known = `known keys: ${words.known.join(', ')}`;
  return near === undefined
    ? `is not a known key; ${known}`
    : `is not a known key; write ${JSON.stringify(near)} (${known})`;
}

/** A name chosen by the operator, where it stands, and what it names; undefined when that has faults. */
export interface Named<T> {
  readonly name: string;
  readonly at: Position;
  readonly value: T | undefined;
}

const NAME = /^[a-z0-9_-]{1,63}$/;

/**
 * A map from names to values, at least `least` of them, in the order of the file. A faulty value keeps its name, so that
 * what refers to it is not reported as well.
 */
export function named<T>(expects: string, schema: Schema<T>, least = 0): Schema<readonly Named<T>[]> {
  return {
    expects,
    read(node, place) {
      if (node.kind !== 'map') return reportKind(node, place, expects);
      if (node.entries.length < least) reportEmpty(node, place, expects);
      return node.entries.map(({ key, keyAt, value }) => {
        const setting = join(place.setting, key);
        if (!NAME.test(key))
          place.faults.error(
            keyAt,
            setting,
            `${JSON.stringify(key)} is not a name; write 1 to 63 of a-z, 0-9, "_" and "-"`,
          );
        return { name: key, at: keyAt, value: schema.read(value, { ...place, setting, at: keyAt }) };
      });
    },
    json: () => ({
      type: 'object',
      propertyNames: { pattern: NAME.source },
      additionalProperties: schema.json(),
      ...(least === 0 ? {} : { minProperties: least }),
    }),
  };
}

/** A list of at least `least` items; faulty items are left out. */
export function list<T>(expects: string, item: Schema<T>, least = 0): Schema<readonly T[]> {
  return {
    expects,
    read(node, place) {
      if (node.kind !== 'list') return reportKind(node, place, expects);
      if (node.items.length < least) reportEmpty(node, place, expects);
      return node.items.flatMap((child, index) => {
        const value = item.read(child, { ...place, setting: `${place.setting}[${index}]`, at: child.at });
        return value === undefined ? [] : [value];
      });
    },
    json: () => ({ type: 'array', items: item.json(), ...(least === 0 ? {} : { minItems: least }) }),
  };
}

/** A list of at least `least` items, or one item without brackets. */
export function oneOrMany<T>(expects: string, item: Schema<T>, least = 0): Schema<readonly T[]> {
  const many = list(expects, item, least);
  return {
    expects,
    read(node, place) {
      if (node.kind === 'list') return many.read(node, place);
      const value = item.read(node, place);
      return value === undefined ? undefined : [value];
    },
    json: () => ({ anyOf: [item.json(), many.json()] }),
  };
}

/**
 * An object, or in short the value of one of its keys alone. A short value may be a map itself, if it has one of the keys
 * in `shortKeys`.
 */
export function withShortForm<K extends Keys>(
  full: ObjectSchema<K>,
  key: string & keyof K,
  shortKeys: readonly string[] = [],
): Schema<ObjectOf<K>> {
  return {
    expects: full.expects,
    read(node, place) {
      const isShort = node.kind !== 'map' || node.entries.some((entry) => shortKeys.includes(entry.key));
      if (!isShort) return full.read(node, place);
      const entries = [{ key, keyAt: node.at, value: node }];
      return full.read({ kind: 'map', entries, at: node.at }, place);
    },
    json: () => ({ anyOf: [full.keys[key]?.schema.json() ?? {}, full.json()] }),
  };
}

/** Values of several shapes: which schema reads a node is seen from whether it is a map, a list or a scalar. */
export function byShape<A, B>(
  expects: string,
  shapes: { readonly scalar: Schema<A>; readonly map?: Schema<B>; readonly list?: Schema<B> },
): Schema<A | B> {
  const all = [shapes.scalar, shapes.map, shapes.list].filter((schema) => schema !== undefined);
  return {
    expects,
    read(node, place) {
      const schema = shapes[node.kind];
      return schema === undefined || isNothing(node)
        ? reportKind(node, place, expects)
        : schema.read(node, place);
    },
    json: () => ({ anyOf: all.map((schema) => schema.json()) }),
  };
}

/** A value together with the position where it is written. */
export interface Placed<T> {
  readonly value: T;
  readonly at: Position;
  readonly setting: string;
}

/** What a schema reads, with its position and path kept. */
export function placed<T>(schema: Schema<T>): Schema<Placed<T>> {
  return {
    expects: schema.expects,
    read(node, place) {
      const value = schema.read(node, place);
      return value === undefined ? undefined : { value, at: node.at, setting: place.setting };
    },
    json: () => schema.json(),
  };
}

/** Reports a node of the wrong kind. */
export function reportKind(node: ConfigNode, place: Place, expects: string): undefined {
  place.faults.error(node.at, place.setting, `is ${describeNode(node)}; write ${expects}`);
  return undefined;
}

function reportEmpty(node: ConfigNode, place: Place, expects: string): void {
  place.faults.error(node.at, place.setting, `is an empty ${node.kind}; write ${expects}`);
}

function isNothing(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function join(setting: string, key: string): string {
  return setting === '' ? key : `${setting}.${key}`;
}
