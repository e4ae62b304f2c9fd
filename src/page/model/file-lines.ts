// The lines of the configuration file as they are shown: those of now by number, those that are gone between them, each with its faults. Pure.
import type { ConfigurationFault, ToldConfigurationFile } from '../../web/web-routes.ts';

/** A line. */
export interface FileLine {
  readonly kind: 'same' | 'added' | 'removed';
  /** Its number in the file as it is now; undefined for one that is gone. */
  readonly number: number | undefined;
  readonly text: string;
  readonly faults: readonly ConfigurationFault[];
}

/** The lines of a file. */
export function linesOf({ parts, faults }: Pick<ToldConfigurationFile, 'parts' | 'faults'>): FileLine[] {
  let number = 0;
  return parts.flatMap(({ kind, lines }) =>
    lines.map((text): FileLine => {
      if (kind === 'removed') return { kind, number: undefined, text, faults: [] };
      number++;
      const at = number;
      return { kind, number, text, faults: faults.filter(({ line }) => line === at) };
    }),
  );
}

/** Faults that are about no line of the file. */
export function faultsElsewhere({ faults }: Pick<ToldConfigurationFile, 'faults'>): ConfigurationFault[] {
  return faults.filter(({ line }) => line === undefined);
}

/** How many lines a reload would add and take away. */
export function countChanges({ parts }: Pick<ToldConfigurationFile, 'parts'>): {
  readonly added: number;
  readonly removed: number;
} {
  const of = (kind: FileLine['kind']): number =>
    parts.filter((part) => part.kind === kind).reduce((sum, { lines }) => sum + lines.length, 0);
  return { added: of('added'), removed: of('removed') };
}

/** What a fault says, without the place that it is shown at: `FILE:LINE:COL: error: `. */
export function textOfFault({ text }: ConfigurationFault): string {
  return text.replace(/^.*?: (?:error|warning): /, '');
}
