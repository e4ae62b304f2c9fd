// The configuration as a tree of scalars, lists and maps with positions, independent of YAML.

import type { Position } from '../config.ts';

/** One value; `source` is its text in the file. */
interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly source: string;
  readonly at: Position;
}

/** A list of nodes. */
interface ListNode {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
  readonly at: Position;
}

/** A map; no key stands in it twice. */
export interface MapNode {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
  readonly at: Position;
}

/** One key of a map, its position, and its value. */
export interface MapEntry {
  readonly key: string;
  readonly keyAt: Position;
  readonly value: ConfigNode;
}

/** A node of the configuration. An alias is the same object as the node that it names, so branches may be shared. */
export type ConfigNode = ScalarNode | ListNode | MapNode;

/** A default as it would be written in the file: a scalar, or an empty map or list. */
export type Literal = string | number | boolean | { readonly [key: string]: never } | readonly never[];

/** Gives the node of a default, as if it were written at that position. */
export function toNode(literal: Literal, at: Position): ConfigNode {
  if (typeof literal !== 'object') return { kind: 'scalar', value: literal, source: String(literal), at };
  return Array.isArray(literal) ? { kind: 'list', items: [], at } : { kind: 'map', entries: [], at };
}

/** Says in words what a node is, for a message: `the number 5`, `"abc"`, `a list`. */
export function describeNode(node: ConfigNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  if (node.value === null) return 'empty';
  if (typeof node.value === 'string') return JSON.stringify(shorten(node.value));
  return `the ${typeof node.value} ${shorten(node.source)}`;
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
