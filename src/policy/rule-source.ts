// Where rules with names come from that are not those of lists. A kind says how a policy comes to have the rules of a source;
// the rest says where a person finds them.

/** A source of rules, by its number in the trie of rules. */
export interface RuleSource {
  /**
   * `policy`: written in a policy, for it and for those that extend it. `bypass`: for every policy with `bypass: block`.
   * `service`, `schedule`, `desk`: for policies that name it, and where an adjustment does.
   */
  readonly kind: 'policy' | 'bypass' | 'service' | 'schedule' | 'desk';
  /** The policy's or the service's, or the key and value that take the rules in; a schedule's with its policy before it: `kids/bedtime`. */
  readonly name: string;
  /** Where the lines are: the path of a file, below the program's folder where it comes with the program. */
  readonly file: string;
}

/** What a source is called in the uses of policies and adjustments: its kind and its name. */
export function sourceKey({ kind, name }: Pick<RuleSource, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** Names, and where they stand. */
export interface NamesOfFile {
  /** A path; below the program's folder where it comes with the program. */
  readonly file: string;
  readonly names: readonly { readonly text: string; readonly line: number }[];
}

/** The source of the rules that are written in a policy. */
export function policySource(name: string, file: string): RuleSource {
  return { kind: 'policy', name, file };
}

/** The source of the names that lead around the filter. */
export function bypassSource(file: string): RuleSource {
  return { kind: 'bypass', name: 'bypass: block', file };
}

/** The source of a rule, a grant or a denial that was made at the desk, by its id. */
export function deskSource(id: string, file: string): RuleSource {
  return { kind: 'desk', name: id, file };
}

/** A service: names of one thing that people use, which policies block or allow by its name. */
export interface ServiceNames {
  readonly name: string;
  /** Its names, each with everything below it, by the files in which they stand. */
  readonly parts: readonly NamesOfFile[];
}

/** The source of a service's names that stand in this file. */
export function serviceSource(name: string, file: string): RuleSource {
  return { kind: 'service', name, file };
}
