import { NormalizedSchema } from "@smithy/core/schema";
import type { Binding, Shape, Structure, Timestamp } from "./shape.ts";

/** A schema as the SDK's clients export it. */
export type SchemaReference = Parameters<typeof NormalizedSchema.of>[0];

/** The structure that a schema of the SDK describes. Undefined for none (`smithy.api#Unit`). */
export function structureOf(schema: SchemaReference): Structure | undefined {
  const normalized = NormalizedSchema.of(schema);
  return normalized.isStructSchema() ? structure(normalized) : undefined;
}

const structures = new Map<string, Structure>();

function shapeOf(schema: NormalizedSchema): Shape {
  const shape = unmarked(schema);
  // A structure makes its members at first use. No structure of these services is sensitive whole.
  if (shape.kind === "structure" || !schema.getMergedTraits().sensitive) return shape;
  return { ...shape, sensitive: true };
}

function unmarked(schema: NormalizedSchema): Shape {
  if (schema.isStructSchema()) return structure(schema);
  if (schema.isListSchema()) return { kind: "list", member: shapeOf(schema.getValueSchema()) };
  if (schema.isMapSchema()) return { kind: "map", value: shapeOf(schema.getValueSchema()) };
  if (schema.isStringSchema()) return { kind: "string" };
  if (schema.isNumericSchema()) return { kind: "number" };
  if (schema.isBooleanSchema()) return { kind: "boolean" };
  if (schema.isTimestampSchema()) return timestamp(schema.getSchema());
  if (schema.isBlobSchema()) return { kind: "blob" };
  throw new TypeError(`schema \`${schema.getName(true)}\` is of an unsupported kind`);
}

// The SDK's numbers for timestamps: 4 has the protocol's format, 5 is date-time, 7 epoch-seconds.
function timestamp(schema: unknown): Timestamp {
  if (schema === 5) return { kind: "timestamp", format: "date-time" };
  if (schema === 7) return { kind: "timestamp", format: "epoch-seconds" };
  if (schema === 4) return { kind: "timestamp" };
  throw new TypeError(`timestamp schema ${String(schema)} is of an unsupported format`);
}

// Members are made at first use, because a structure may contain itself
// (Organizations: HandshakeResource).
function structure(schema: NormalizedSchema): Structure {
  const name = schema.getName(true) ?? "";
  const known = structures.get(name);
  if (known !== undefined) return known;
  let members: ReadonlyMap<string, Shape> | undefined;
  let bindings: ReadonlyMap<string, Binding> | undefined;
  const made: Structure = {
    kind: "structure",
    name,
    union: schema.isUnionSchema(),
    get members() {
      members ??= new Map(
        [...schema.structIterator()].map(([member, of]) => [member, shapeOf(of)]),
      );
      return members;
    },
    get bindings() {
      bindings ??= new Map(
        [...schema.structIterator()].flatMap(([member, of]) => {
          const binding = bindingOf(of);
          return binding === undefined ? [] : [[member, binding] as const];
        }),
      );
      return bindings;
    },
  };
  structures.set(name, made);
  return made;
}

function bindingOf(schema: NormalizedSchema): Binding | undefined {
  const traits = schema.getMergedTraits();
  if (traits.httpLabel) return { in: "label" };
  if (traits.httpQuery) return { in: "query", name: traits.httpQuery };
  if (traits.httpHeader) return { in: "header", name: traits.httpHeader.toLowerCase() };
  if (traits.httpPayload || traits.httpQueryParams || traits.httpPrefixHeaders) {
    throw new TypeError(`schema \`${schema.getName(true)}\` has an unsupported HTTP binding`);
  }
  return undefined;
}
