// What a rule says beyond blocking or allowing: when it holds, and what is answered. Kept in images as JSON, where equal
// effects of one source have one number (effect-numbers.ts).

/** What is answered where a rule blocks, in place of the policy's answer. */
export type RuleAnswer =
  | 'nxdomain'
  | 'nodata'
  | 'refused'
  /** 0.0.0.0 and `::`. */
  | 'zero'
  /** Nothing is sent. */
  | 'drop'
  /** Over UDP an empty reply with TC; over TCP as if nothing blocked. */
  | 'tcp'
  /** The records that rules of the same source have at the same name (unbound's `redirect`). */
  | 'redirect'
  | RuleRecord;

/** A record that is answered; several rules at one name add up. TTL and owner are those of the reply. */
export interface RuleRecord {
  readonly type: number;
  /** In the syntax of zone files, with absolute names. */
  readonly data: string;
}

/** The types of unbound's zones that are kept apart, since each treats its data in another way. */
export type ZoneType =
  | 'transparent'
  | 'always_transparent'
  | 'typetransparent'
  | 'static'
  | 'always_nxdomain'
  | 'always_nodata'
  | 'always_null'
  | 'refuse'
  | 'always_refuse'
  | 'deny'
  | 'always_deny'
  | 'redirect'
  | 'block_a'
  | 'block_aaaa'
  | 'block_a_wdata'
  | 'block_aaaa_wdata';

/** What a rule says beyond its kind; at least one field is there. */
export interface RuleEffect {
  /** Query types that the rule is about; all without it. */
  readonly types?: readonly number[];
  /** Query types that the rule is not about. */
  readonly exceptTypes?: readonly number[];
  /** Names that the rule is not about, each with all below: A-labels in lower case. */
  readonly exceptNames?: readonly string[];
  readonly answer?: RuleAnswer;
  /** The answer comes before every other blocking rule at any depth, and adds up with others of its kind (`$dnsrewrite`). */
  readonly rewrites?: true;
  /** The rule is a zone of unbound's of this type. */
  readonly zone?: ZoneType;
}

/** An effect that is nothing but an answer. */
export function answering(answer: RuleAnswer): RuleEffect {
  return { answer };
}

/** Whether the rule is about only some of the queries for its names. */
export function isConditional({ types, exceptTypes, exceptNames }: RuleEffect): boolean {
  return types !== undefined || exceptTypes !== undefined || exceptNames !== undefined;
}
