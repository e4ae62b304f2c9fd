// YAML 1.2 text to a tree with positions. The only file that knows the yaml package, and the traps of the language:
// nesting that exhausts the stack, aliases that multiply, names that YAML takes for aliases.

import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import type { Alias, Document, ParsedNode, Scalar, YAMLMap } from 'yaml';
import type { Position } from '../config.ts';
import type { FaultLog } from '../config-error.ts';
import type { ConfigNode, MapEntry, MapNode } from './node.ts';
import { faultsToTell } from './syntax-faults.ts';
import type { Mark } from './syntax-faults.ts';

// Required, not imported: Node looks through all files of a CommonJS package for its names where it is imported, at every start.
const { isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, parseAllDocuments }: typeof Yaml = createRequire(
  import.meta.url,
)('yaml');

const MAX_NESTING = 60;
const MAX_NODES = 200_000;
const MAX_SYNTAX_FAULTS = 20;

/** Tokens of the lexer that stand for no text: document, scalar and end of flow. */
const LEXER_MARKS: ReadonlySet<string> = new Set(['\u0002', '\u001f', '\u0018']);

/** Reads YAML text; undefined when it has faults, which are then reported. */
export function readYamlTree(text: string, faults: FaultLog): ConfigNode | undefined {
  const lines = new LineCounter();
  const tooDeep = firstTooDeep(text);
  if (tooDeep !== undefined) {
    faults.error(tooDeep, '', `is nested more than ${MAX_NESTING} levels deep; no setting needs more than 8`);
    return undefined;
  }
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    resolveKnownTags: false,
    uniqueKeys: false,
  });
  const tree = new TreeBuilder(lines, faults);
  const [first, second] = [...documents];
  tree.reportSyntax([...documents], marksIn(text));
  if (faults.hasErrors()) return undefined;
  if (second !== undefined) {
    const at = tree.position(second.range[0]);
    faults.error(
      at,
      '',
      'a second YAML document starts here; put everything into one, without "---" lines between',
    );
  }
  if (first === undefined || first.contents === null || isEmptyScalar(first.contents)) {
    faults.error({ line: 1, column: 1 }, '', 'is empty; write at least "vlans:" and "policies:"');
    return undefined;
  }
  const root = tree.convert(first.contents, '');
  return tree.isMultiplied ? undefined : root;
}

/**
 * Finds where brackets, indicators on one line or indents nest too deep. The parser recurses, and some 10,000 levels end
 * the whole process, not just the parse; the lexer does not recurse.
 */
function firstTooDeep(text: string): Position | undefined {
  let position: Position = { line: 1, column: 1 };
  let brackets = 0;
  let indicators = 0;
  for (const token of new Lexer().lex(text)) {
    brackets = Math.max(0, brackets + bracketStep(token));
    if (brackets === 0 && /^[-?:]$/.test(token)) indicators += 1;
    const indent = position.column === 1 && token.trim() === '' ? token.length : 0;
    if (Math.max(brackets, indicators, indent / 10) > MAX_NESTING) return position;
    position = positionBehind(token, position);
    if (position.column === 1) indicators = 0;
  }
  return undefined;
}

/** The brackets of a text, and the opening quotes of its quoted texts, in their order. */
function marksIn(text: string): Mark[] {
  const marks: Mark[] = [];
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    if (/^[[\]{}]$/.test(token)) marks.push({ token, offset });
    else if (/^["']/.test(token)) marks.push({ token: token.charAt(0), offset });
    if (!LEXER_MARKS.has(token)) offset += token.length;
  }
  return marks;
}

function bracketStep(token: string): number {
  if (token === '[' || token === '{') return 1;
  return token === ']' || token === '}' ? -1 : 0;
}

function positionBehind(token: string, { line, column }: Position): Position {
  if (LEXER_MARKS.has(token)) return { line, column };
  const newline = token.lastIndexOf('\n');
  if (newline === -1) return { line, column: column + token.length };
  return { line: line + token.split('\n').length - 1, column: token.length - newline };
}

function isEmptyScalar(node: ParsedNode): boolean {
  return isScalar(node) && node.value === null && node.source.trim() === '';
}

/** Turns the nodes of one document into ours; aliases become the node that they name. */
class TreeBuilder {
  readonly #lines: Yaml.LineCounter;
  readonly #faults: FaultLog;
  readonly #anchors = new Map<string, { node: ConfigNode; size: number }>();
  /** Nodes so far, those of an alias counted each time: the number that a reader of the tree walks. */
  #nodes = 0;
  /** Whether aliases made the tree too large to walk; their nodes are then left out. */
  isMultiplied = false;

  constructor(lines: Yaml.LineCounter, faults: FaultLog) {
    this.#lines = lines;
    this.#faults = faults;
  }

  position(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  reportSyntax(documents: readonly Document.Parsed[], marks: readonly Mark[]): void {
    const found = documents.flatMap(({ errors, warnings }) =>
      [...errors, ...warnings].map(({ code, message, pos: [offset] }) => ({ code, message, offset })),
    );
    const told = faultsToTell(found, marks, (offset) => this.position(offset).line);
    for (const { offset, message } of told.slice(0, MAX_SYNTAX_FAULTS))
      this.#faults.error(this.position(offset), '', message);
  }

  convert(node: ParsedNode, setting: string): ConfigNode {
    const at = this.position(node.range[0]);
    if (isAlias(node)) return this.#follow(node, at, setting);
    const before = this.#nodes;
    this.#nodes += 1;
    const converted = this.#convertValue(node, at, setting);
    if (node.anchor !== undefined)
      this.#anchors.set(node.anchor, { node: converted, size: this.#nodes - before });
    return converted;
  }

  #convertValue(node: Exclude<ParsedNode, Alias.Parsed>, at: Position, setting: string): ConfigNode {
    if (isMap(node)) return this.#convertMap(node, at, setting);
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.convert(item, `${setting}[${index}]`));
      return { kind: 'list', items, at };
    }
    return toScalar(node, at);
  }

  #convertMap(map: YAMLMap.Parsed, at: Position, setting: string): MapNode {
    const entries = new Map<string, MapEntry>();
    for (const pair of map.items) {
      const keyAt = this.position(pair.key.range[0]);
      const key = this.#readKey(pair.key, keyAt, setting);
      if (key === undefined) continue;
      const path = setting === '' ? key : `${setting}.${key}`;
      const earlier = entries.get(key);
      if (earlier !== undefined)
        this.#faults.error(
          keyAt,
          path,
          `is written twice, first in line ${earlier.keyAt.line}; keep one of them`,
        );
      const value =
        pair.value === null ? nothing(this.position(pair.key.range[1])) : this.convert(pair.value, path);
      entries.set(key, { key, keyAt, value });
    }
    return { kind: 'map', entries: [...entries.values()], at };
  }

  #readKey(key: ParsedNode, at: Position, setting: string): string | undefined {
    if (isScalar(key) && key.source === '<<') {
      this.#faults.error(
        at,
        setting,
        '"<<" merges are not part of YAML 1.2; use "extends" in a policy, or write the keys out',
      );
      return undefined;
    }
    const node = isAlias(key) ? this.#anchors.get(key.source)?.node : this.convert(key, setting);
    if (node?.kind === 'scalar') return typeof node.value === 'string' ? node.value : node.source;
    const advice =
      'a key must be plain text; put quotes round a value that has brackets in it, as in "[::1]:53"';
    this.#faults.error(at, setting, advice);
    return undefined;
  }

  #follow(alias: Alias.Parsed, at: Position, setting: string): ConfigNode {
    const anchored = this.#anchors.get(alias.source);
    if (anchored === undefined) {
      const name = `*${alias.source}`;
      const message = `${name} is a YAML alias, and no complete "&${alias.source}" stands before it; to write a name that starts with "*", put quotes round it: "${name}"`;
      this.#faults.error(at, setting, message);
      return { kind: 'scalar', value: name, source: name, at };
    }
    this.#nodes += anchored.size;
    if (this.#nodes > MAX_NODES && !this.isMultiplied) {
      this.isMultiplied = true;
      this.#faults.error(
        at,
        setting,
        `aliases multiply the configuration to more than ${MAX_NODES} values; write it out`,
      );
    }
    return this.isMultiplied ? nothing(at) : anchored.node;
  }
}

function nothing(at: Position): ConfigNode {
  return { kind: 'scalar', value: null, source: '', at };
}

function toScalar(node: Scalar.Parsed, at: Position): ConfigNode {
  const value: unknown = node.value;
  const known =
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return { kind: 'scalar', value: known ? value : node.source, source: node.source, at };
}
