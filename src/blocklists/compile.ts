// Lists' text in, image out: one pass, synchronous, made to run in a process of its own.
import { AddressBuilder } from './addresses/address-builder.ts';
import type {
  CompileJob,
  CompileReport,
  CompileSource,
  ExpressionReport,
  ImageMeta,
  RootReport,
  SourceReport,
} from './compile-report.ts';
import type { RuleEffect } from './effect.ts';
import { EffectNumbers } from './effect-numbers.ts';
import { ExpressionIndex } from './expressions/expression-index.ts';
import { faultOfExpression } from './expressions/linear-expression.ts';
import { readLineAt, UnreadableFile } from './formats/text/line-reader.ts';
import { parseList, toExample } from './formats/list-parser.ts';
import type { OtherTaker, ParseReport } from './formats/list-parser.ts';
import { NO_ROOM } from './no-room.ts';
import type { Exception } from './precedence/source-content.ts';
import { RevokedRules } from './precedence/revoked-rules.ts';
import { settleSource } from './precedence/settle-source.ts';
import type { Dropped } from './precedence/source-content.ts';
import { isCut, MAX_SOURCES, toMember } from './rule.ts';
import { isSystemError } from '../system/system-error.ts';
import { writeImage } from './trie/image/image-writer.ts';
import type { ImageContent } from './trie/image/image-writer.ts';
import { SourceRules } from './trie/source-rules.ts';
import { TrieBuilder } from './trie/build/trie-builder.ts';
import { freezeTrie } from './trie/build/trie-freezer.ts';
import { copyName } from './trie/wire-name.ts';

/**
 * Compiles a job's sources and writes the image. A source that cannot be read is reported and the others are compiled;
 * throws when the image cannot be written.
 */
export function compile(job: CompileJob): CompileReport {
  const started = performance.now();
  const { frozen, addresses, ...meta } = compileSources(job.sources);
  writeImage(job.output, { frozen, addresses }, { key: job.key, ...meta });
  const { groupStart, bucketStart, setStart, members, pool, entryCount, ruleCount, nodeCount } = frozen.parts;
  const arrays = [groupStart, bucketStart, setStart, members, pool];
  return {
    sources: meta.sources,
    names: entryCount,
    rules: ruleCount,
    nodes: nodeCount,
    sets: setStart.length - 1,
    octets: arrays.reduce((sum, array) => sum + array.byteLength, 0),
    elapsedMs: performance.now() - started,
    peakRssOctets: process.resourceUsage().maxRSS * 1024,
  };
}

/** What becomes an image. */
export interface Compiled extends ImageContent, Omit<ImageMeta, 'key'> {}

/** Compiles sources in memory; those of one list have to stand together. */
export function compileSources(sources: readonly CompileSource[]): Compiled {
  if (sources.length > MAX_SOURCES)
    throw new Error(`${sources.length} sources; ${MAX_SOURCES} can be told apart`);
  const compiler = new Compiler(sources.length);
  const reports = sources.map((source, number) => {
    const report = compiler.compileSource(source, number);
    if (sources[number + 1]?.list !== source.list) compiler.endList(number);
    return report;
  });
  const { expressions, roots } = compiler;
  const effects = compiler.effects.reports;
  return {
    frozen: freezeTrie(compiler.builder),
    addresses: compiler.addresses.freeze(),
    sources: reports,
    ...(effects.length === 0 ? {} : { effects }),
    ...(expressions.length === 0 ? {} : { expressions }),
    ...(roots.length === 0 ? {} : { roots }),
  };
}

/** What a compilation collects of all sources. */
class Compiler {
  readonly builder = new TrieBuilder();
  readonly addresses = new AddressBuilder();
  readonly effects: EffectNumbers;
  expressions: ExpressionReport[] = [];
  readonly roots: RootReport[] = [];
  readonly #index = new ExpressionIndex();
  #list: ListSoFar = { firstSource: 0, firstRule: 0, firstExpression: 0, revoked: new RevokedRules() };

  constructor(sourceCount: number) {
    this.effects = new EffectNumbers(sourceCount);
  }

  compileSource(source: CompileSource, number: number): SourceReport {
    const { list, source: label, file, format, zone } = source;
    const { builder, effects } = this;
    const firstRule = builder.ruleNode.length;
    const firstExpression = this.expressions.length;
    const exceptions: Exception[] = [];
    const roots: RootReport[] = [];
    const numberOf = (effect: RuleEffect | undefined): number =>
      effect === undefined ? number : (effects.numberOf(effect) ?? number);
    effects.begin(number);
    try {
      const report = parseList(
        file,
        { format, zone },
        (name, kind, line, effect) => {
          if (isCut(kind) && effect === undefined) exceptions.push({ name: copyName(name), kind, line });
          else if (!builder.add(name, numberOf(effect), kind, line)) return TOO_MANY_RULES;
          return undefined;
        },
        this.#takerOfOthers(numberOf, roots),
      );
      const rules = new SourceRules(builder, firstRule);
      const expressions = this.expressions.slice(firstExpression).map(({ text }) => text);
      const content = { source: number, rules, effects, exceptions, expressions, roots };
      const settled = settleSource({ format: report.format, ...content });
      rules.close();
      this.roots.push(...settled.roots);
      return { list, source: label, ...withDropped(report, settled.dropped, file) };
    } catch (error) {
      if (!isSystemError(error) && !(error instanceof UnreadableFile)) throw error;
      return { list, source: label, ...NOTHING_READ, format, missing: error.message };
    }
  }

  /** Removes the rules that the list's sources revoke; `last` is the last of them. */
  endList(last: number): void {
    const { firstSource, firstRule, firstExpression, revoked } = this.#list;
    if (!revoked.isEmpty) {
      const sources = Array.from({ length: last + 1 - firstSource }, (_, index) => firstSource + index);
      const rules = new SourceRules(this.builder, firstRule);
      revoked.removeFrom({ rules, addresses: this.addresses, effects: this.effects, sources });
      rules.close();
      const members = revoked.expressionMembers(this.effects, sources);
      this.expressions = this.expressions.filter(
        ({ text, member }, index) => index < firstExpression || !members.has(`${member} ${text}`),
      );
    }
    this.#list = {
      firstSource: last + 1,
      firstRule: this.builder.ruleNode.length,
      firstExpression: this.expressions.length,
      revoked: new RevokedRules(),
    };
  }

  #takerOfOthers(numberOf: (effect: RuleEffect | undefined) => number, roots: RootReport[]): OtherTaker {
    return {
      faultOf: (effect) => this.effects.faultOf(effect),
      root: ({ kind, effect, line }) => {
        roots.push({ member: toMember(numberOf(effect), kind), line });
      },
      revoke: (rule) => this.#list.revoked.add(rule),
      addresses: (prefix, { kind, effect }) => this.addresses.add(prefix, numberOf(effect), kind),
      expression: (text, { kind, effect, line }) => {
        const fault = this.#index.add(text, faultOfExpression);
        if (fault !== undefined) return fault;
        this.expressions.push({ text, member: toMember(numberOf(effect), kind), line });
        return undefined;
      },
    };
  }
}

/** What the sources of the list at hand have filed so far. */
interface ListSoFar {
  readonly firstSource: number;
  readonly firstRule: number;
  readonly firstExpression: number;
  readonly revoked: RevokedRules;
}

const TOO_MANY_RULES = `${NO_ROOM} more rules at the same names`;

const NOTHING_READ = { lines: 0, entries: 0, skipped: 0, skippedFor: {}, errors: 0, examples: [] } as const;

/** The report of a source some of whose lines turned out to say nothing. */
function withDropped(report: ParseReport, dropped: readonly Dropped[], file: string): ParseReport {
  const skippedFor: Record<string, number> = { ...report.skippedFor };
  const skippedExamples = { ...report.skippedExamples };
  for (const { reason, line } of dropped) {
    skippedFor[reason] = (skippedFor[reason] ?? 0) + 1;
    skippedExamples[reason] ??= { line, text: toExample(readLineAt(file, line) ?? '') };
  }
  const { length } = dropped;
  return {
    ...report,
    entries: report.entries - length,
    skipped: report.skipped + length,
    skippedFor,
    skippedExamples,
  };
}
