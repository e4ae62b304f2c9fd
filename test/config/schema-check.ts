// As much of JSON Schema, draft 2020-12, as the configuration's schema uses. An unknown keyword is a fault, so that none
// is passed over in silence.

type Schema = Readonly<Record<string, unknown>>;
type Check = (operand: unknown, value: unknown, schema: Schema) => readonly string[];

const ANNOTATIONS = new Set(['$schema', 'title', 'description', 'default']);

const CHECKS: Readonly<Record<string, Check>> = {
  type: (operand, value) => (typeOf(value, operand) ? [] : [`is not of type ${String(operand)}`]),
  const: (operand, value) => (value === operand ? [] : [`is not ${String(operand)}`]),
  enum: (operand, value) =>
    asList(operand).includes(value) ? [] : [`is not one of ${asList(operand).join(', ')}`],
  pattern: (operand, value) =>
    typeof value !== 'string' || new RegExp(String(operand), 'u').test(value)
      ? []
      : [`does not match ${String(operand)}`],
  minLength: (operand, value) =>
    typeof value !== 'string' || value.length >= Number(operand) ? [] : ['is too short'],
  minimum: (operand, value) =>
    typeof value !== 'number' || value >= Number(operand) ? [] : ['is too small'],
  maximum: (operand, value) =>
    typeof value !== 'number' || value <= Number(operand) ? [] : ['is too large'],
  minItems: (operand, value) =>
    !Array.isArray(value) || value.length >= Number(operand) ? [] : ['has too few items'],
  minProperties: (operand, value) =>
    !isObject(value) || Object.keys(value).length >= Number(operand) ? [] : ['has too few keys'],
  required: (operand, value) =>
    isObject(value)
      ? asList(operand)
          .filter((key) => !(String(key) in value))
          .map((key) => `has no ${String(key)}`)
      : [],
  propertyNames: (operand, value) =>
    isObject(value) ? Object.keys(value).flatMap((key) => schemaFaults(asSchema(operand), key)) : [],
  properties: (operand, value) =>
    Object.entries(asSchema(operand)).flatMap(([key, child]) =>
      isObject(value) && key in value ? within(key, schemaFaults(asSchema(child), value[key])) : [],
    ),
  additionalProperties: (operand, value, schema) => {
    if (!isObject(value)) return [];
    const known = Object.keys(asSchema(schema['properties'] ?? {}));
    const more = Object.entries(value).filter(([key]) => !known.includes(key));
    if (operand === false) return more.map(([key]) => `has an unknown key ${key}`);
    return more.flatMap(([key, child]) => within(key, schemaFaults(asSchema(operand), child)));
  },
  items: (operand, value) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => within(String(index), schemaFaults(asSchema(operand), item)))
      : [],
  anyOf: (operand, value) => {
    const branches = asList(operand).map((branch) => schemaFaults(asSchema(branch), value));
    return branches.some((faults) => faults.length === 0) ? [] : [`fits no branch: ${branches.join(' / ')}`];
  },
};

/** Gives what does not fit, as texts; nothing when the value fits the schema. */
export function schemaFaults(schema: Schema, value: unknown): string[] {
  return Object.entries(schema).flatMap(([keyword, operand]) => {
    if (ANNOTATIONS.has(keyword)) return [];
    return CHECKS[keyword]?.(operand, value, schema) ?? [`the schema has an unknown keyword ${keyword}`];
  });
}

function within(key: string, faults: readonly string[]): string[] {
  return faults.map((fault) => `${key}: ${fault}`);
}

function typeOf(value: unknown, type: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  return typeof value === type;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asSchema(value: unknown): Schema {
  if (!isObject(value)) throw new Error('not a schema');
  return value;
}

function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('not a list');
  return value;
}
