// Lists' text in, image out: one pass, synchronous, made to run in a process of its own.
import { AddressBuilder } from './addresses/address-builder.ts';
import type {
  CompileJob,
  CompileReport,
  CompileSource,
  ExpressionReport,
  ImageMeta,
  SourceReport,
} from './compile-report.ts';
import type { RuleEffect } from './effect.ts';
import { EffectNumbers } from './effect-numbers.ts';
import { ExpressionIndex } from './expressions/expression-index.ts';
import { faultOfExpression } from './expressions/linear-expression.ts';
import { UnreadableFile } from './formats/line-reader.ts';
import { parseList } from './formats/list-parser.ts';
import type { OtherTaker } from './formats/list-parser.ts';
import { NO_ROOM } from './no-room.ts';
import { MAX_SOURCES, toMember } from './rule.ts';
import { isSystemError } from './system-error.ts';
import { writeImage } from './trie/image-writer.ts';
import type { ImageContent } from './trie/image-writer.ts';
import { TrieBuilder } from './trie/trie-builder.ts';
import { freezeTrie } from './trie/trie-freezer.ts';

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

/** Compiles sources, and leaves what came of it in memory. */
export function compileSources(sources: readonly CompileSource[]): Compiled {
  if (sources.length > MAX_SOURCES)
    throw new Error(`${sources.length} sources; ${MAX_SOURCES} can be told apart`);
  const compiler = new Compiler(sources.length);
  const reports = sources.map((source, number) => compiler.compileSource(source, number));
  const effects = compiler.effects.reports;
  const { expressions } = compiler;
  return {
    frozen: freezeTrie(compiler.builder),
    addresses: compiler.addresses.freeze(),
    sources: reports,
    ...(effects.length === 0 ? {} : { effects }),
    ...(expressions.length === 0 ? {} : { expressions }),
  };
}

/** What a compilation collects of all sources. */
class Compiler {
  readonly builder = new TrieBuilder();
  readonly addresses = new AddressBuilder();
  readonly effects: EffectNumbers;
  readonly expressions: ExpressionReport[] = [];
  readonly #index = new ExpressionIndex();

  constructor(sourceCount: number) {
    this.effects = new EffectNumbers(sourceCount);
  }

  compileSource(source: CompileSource, number: number): SourceReport {
    const { list, source: label, file, format } = source;
    const { builder, effects } = this;
    const numberOf = (effect: RuleEffect | undefined): number =>
      effect === undefined ? number : (effects.numberOf(effect) ?? number);
    effects.begin(number);
    try {
      const report = parseList(
        file,
        format,
        (name, kind, line, effect) =>
          builder.add(name, numberOf(effect), kind, line) ? undefined : TOO_MANY_RULES,
        this.#takerOfOthers(numberOf),
      );
      return { list, source: label, ...report };
    } catch (error) {
      if (!isSystemError(error) && !(error instanceof UnreadableFile)) throw error;
      return { list, source: label, ...NOTHING_READ, format, missing: error.message };
    }
  }

  #takerOfOthers(numberOf: (effect: RuleEffect | undefined) => number): OtherTaker {
    return {
      faultOf: (effect) => this.effects.faultOf(effect),
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

const TOO_MANY_RULES = `${NO_ROOM} more rules at the same names`;

const NOTHING_READ = { lines: 0, entries: 0, skipped: 0, skippedFor: {}, errors: 0, examples: [] } as const;
