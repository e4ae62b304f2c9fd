// Lists' text in, image out: one pass, synchronous, made to run in a process of its own.
import type { CompileJob, CompileReport, CompileSource, SourceReport } from './compile-report.ts';
import { NotRegularFile } from './formats/line-reader.ts';
import { parseList } from './formats/list-parser.ts';
import { MAX_SOURCES } from './rule.ts';
import { isSystemError } from './system-error.ts';
import { writeImage } from './trie/image-writer.ts';
import { TrieBuilder } from './trie/trie-builder.ts';
import { freezeTrie } from './trie/trie-freezer.ts';

/**
 * Compiles a job's sources and writes the image. A source that cannot be read is reported and the others are compiled;
 * throws when the image cannot be written.
 */
export function compile(job: CompileJob): CompileReport {
  if (job.sources.length > MAX_SOURCES)
    throw new Error(`${job.sources.length} sources; ${MAX_SOURCES} can be told apart`);
  const started = performance.now();
  const builder = new TrieBuilder();
  const sources = job.sources.map((source, number) => compileSource(builder, source, number));
  const frozen = freezeTrie(builder);
  writeImage(job.output, frozen, { key: job.key, sources });
  const { groupStart, bucketStart, setStart, members, pool, entryCount, ruleCount, nodeCount } = frozen.parts;
  const arrays = [groupStart, bucketStart, setStart, members, pool];
  return {
    sources,
    names: entryCount,
    rules: ruleCount,
    nodes: nodeCount,
    sets: setStart.length - 1,
    octets: arrays.reduce((sum, array) => sum + array.byteLength, 0),
    elapsedMs: performance.now() - started,
    peakRssOctets: process.resourceUsage().maxRSS * 1024,
  };
}

function compileSource(builder: TrieBuilder, source: CompileSource, number: number): SourceReport {
  const { list, source: label, file, format } = source;
  try {
    const report = parseList(file, format, (name, kind, line) => {
      builder.add(name, number, kind, line);
    });
    return { list, source: label, ...report };
  } catch (error) {
    if (!isSystemError(error) && !(error instanceof NotRegularFile)) throw error;
    return { list, source: label, ...NOTHING_READ, format, missing: error.message };
  }
}

const NOTHING_READ = { lines: 0, entries: 0, skipped: 0, skippedFor: {}, errors: 0, examples: [] } as const;
