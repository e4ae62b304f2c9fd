// JSON Schema (2020-12) of TypeScript types, as far as replies and requests need it: objects, arrays, tuples, unions, literals, records. The
// rule: a type that cannot be said is an error, and never a schema that allows everything.
import ts from 'typescript';

/** A schema. */
export type Schema = { [key: string]: unknown };

/** Makes schemas; named types stand once, in `definitions`. */
export class TypeSchemas {
  readonly definitions: Record<string, Schema> = {};
  readonly #checker: ts.TypeChecker;
  readonly #names = new Map<ts.Type, string>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** The schema of a type; `where` is for errors. */
  of(type: ts.Type, where: string): Schema {
    const name = this.#nameOf(type);
    if (name === undefined) return this.#inline(type, where);
    if (this.definitions[name] === undefined) {
      // First, so that a type that has itself in it ends.
      this.definitions[name] = {};
      this.definitions[name] = this.#inline(type, name);
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** The properties of an object type, each with its schema, what its comment says, and whether it may be left out. */
  properties(type: ts.Type, where: string): Map<string, { schema: Schema; isOptional: boolean }> {
    const found = new Map<string, { schema: Schema; isOptional: boolean }>();
    for (const property of this.#checker.getPropertiesOfType(type)) {
      const { name } = property;
      const own = this.#checker.getTypeOfSymbol(property);
      const canBeUndefined = own.isUnion() && own.types.some(isUndefined);
      const schema = this.of(this.#checker.getNonNullableType(own), `${where}.${name}`);
      const description = ts.displayPartsToString(property.getDocumentationComment(this.#checker)).trim();
      // JSON leaves out what is undefined.
      const isOptional = canBeUndefined || (property.flags & ts.SymbolFlags.Optional) !== 0;
      found.set(name, { schema: description === '' ? schema : { ...schema, description }, isOptional });
    }
    return found;
  }

  #inline(type: ts.Type, where: string): Schema {
    const { flags } = type;
    if (flags & ts.TypeFlags.Unknown) return {};
    if (type.isStringLiteral()) return { const: type.value };
    if (type.isNumberLiteral()) return { const: type.value };
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: this.#checker.typeToString(type) === 'true' };
    if (flags & ts.TypeFlags.String) return { type: 'string' };
    if (flags & ts.TypeFlags.Number) return { type: 'number' };
    if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
    if (flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.isUnion()) return this.#union(type, where);
    if (this.#checker.isTupleType(type) || this.#checker.isArrayType(type)) return this.#array(type, where);
    if (type.isIntersection() || flags & ts.TypeFlags.Object) return this.#object(type, where);
    throw new Error(`${where}: there is no schema for ${this.#checker.typeToString(type)}`);
  }

  #union(type: ts.UnionType, where: string): Schema {
    const parts = type.types.filter((part) => !isUndefined(part));
    if (parts.every((part) => part.isStringLiteral()))
      return { type: 'string', enum: parts.map((part) => part.value) };
    const booleans = parts.filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral);
    const others = parts.filter((part) => booleans.length < 2 || !booleans.includes(part));
    const schemas = others.map((part) => this.of(part, where));
    if (booleans.length === 2) schemas.push({ type: 'boolean' });
    return schemas.length === 1 ? (schemas[0] ?? {}) : { anyOf: schemas };
  }

  #array(type: ts.Type, where: string): Schema {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- arrays and tuples are references
    const elements = this.#checker.getTypeArguments(type as ts.TypeReference);
    if (!this.#checker.isTupleType(type))
      return { type: 'array', items: this.of(elements[0]!, `${where}[]`) };
    return {
      type: 'array',
      prefixItems: elements.map((element, index) => this.of(element, `${where}[${index}]`)),
      minItems: elements.length,
      items: false,
    };
  }

  #object(type: ts.Type, where: string): Schema {
    const index = this.#checker.getIndexInfoOfType(type, ts.IndexKind.String);
    if (type.getCallSignatures().length > 0) throw new Error(`${where}: a function is no JSON`);
    const properties = this.properties(type, where);
    if (index !== undefined && properties.size === 0)
      return index.type.flags & ts.TypeFlags.Never
        ? { type: 'object', properties: {}, additionalProperties: false }
        : { type: 'object', additionalProperties: this.of(index.type, `${where}[*]`) };
    const required = [...properties].filter(([, { isOptional }]) => !isOptional).map(([name]) => name);
    return {
      type: 'object',
      properties: Object.fromEntries([...properties].map(([name, { schema }]) => [name, schema])),
      ...(required.length === 0 ? {} : { required }),
    };
  }

  /** The name of a type, which no other type of the description has. */
  #nameOf(type: ts.Type): string | undefined {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    const written = this.#writtenName(type);
    if (written === undefined) return undefined;
    const taken = new Set(this.#names.values());
    let name = written;
    for (let next = 2; taken.has(name); next++) name = `${written}${next}`;
    this.#names.set(type, name);
    return name;
  }

  /** Interfaces and named object types of ours have names; what TypeScript has itself, and generic ones, have none. */
  #writtenName(type: ts.Type): string | undefined {
    if ((type.flags & ts.TypeFlags.Object) === 0 || this.#checker.isArrayType(type)) return undefined;
    const symbol = type.aliasSymbol ?? type.getSymbol();
    const declaration = symbol?.declarations?.[0];
    if (symbol === undefined || declaration === undefined || type.aliasTypeArguments?.length)
      return undefined;
    const isNamed = ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration);
    const isOurs = !declaration.getSourceFile().fileName.includes('/node_modules/');
    return isNamed && isOurs ? symbol.getName() : undefined;
  }
}

function isUndefined({ flags }: ts.Type): boolean {
  return (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) !== 0;
}
