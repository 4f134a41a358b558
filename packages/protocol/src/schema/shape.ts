import { NormalizedSchema } from "@smithy/core/schema";

/**
 * The form of a value on the wire, as the SDK's schema of it says. The protocols read and write values by
 * these alone; the SDK's own representation of a schema stays in this file.
 */
export type Shape = Scalar | List | Dictionary | Structure;
export type Kind = Shape["kind"];

export interface Scalar {
  readonly kind: "string" | "number" | "boolean" | "timestamp" | "blob";
}
export interface List {
  readonly kind: "list";
  readonly member: Shape;
}
/** A map with string keys. */
export interface Dictionary {
  readonly kind: "map";
  readonly value: Shape;
}
export interface Structure {
  readonly kind: "structure";
  readonly name: string;
  /** In the order of the model, which is the order on the wire. */
  readonly members: ReadonlyMap<string, Shape>;
}

/** The structure that a schema of the SDK describes; undefined for none (`smithy.api#Unit`). */
export function structureOf(schema: SchemaReference): Structure | undefined {
  const normalized = NormalizedSchema.of(schema);
  return normalized.isStructSchema() ? structure(normalized) : undefined;
}

/** A schema as the SDK's clients export it. */
export type SchemaReference = Parameters<typeof NormalizedSchema.of>[0];

const structures = new Map<string, Structure>();

function shapeOf(schema: NormalizedSchema): Shape {
  if (schema.isStructSchema()) return structure(schema);
  if (schema.isListSchema()) return { kind: "list", member: shapeOf(schema.getValueSchema()) };
  if (schema.isMapSchema()) return { kind: "map", value: shapeOf(schema.getValueSchema()) };
  if (schema.isStringSchema()) return { kind: "string" };
  if (schema.isNumericSchema()) return { kind: "number" };
  if (schema.isBooleanSchema()) return { kind: "boolean" };
  if (schema.isTimestampSchema()) return { kind: "timestamp" };
  if (schema.isBlobSchema()) return { kind: "blob" };
  throw new TypeError(
    `schema \`${schema.getName(true)}\` is of a kind that no service used so far`,
  );
}

// Members are looked up on first use, since a structure may hold itself (Organizations: HandshakeResource).
function structure(schema: NormalizedSchema): Structure {
  const name = schema.getName(true) ?? "";
  const known = structures.get(name);
  if (known !== undefined) return known;
  let members: ReadonlyMap<string, Shape> | undefined;
  const made: Structure = {
    kind: "structure",
    name,
    get members() {
      members ??= new Map(
        [...schema.structIterator()].map(([member, of]) => [member, shapeOf(of)]),
      );
      return members;
    },
  };
  structures.set(name, made);
  return made;
}
