/**
 * The form of a value on the wire. The protocols read and write values by these alone;
 * `sdk-shape.ts` makes them from the SDK's schemas.
 */
export type Shape = (Scalar | Timestamp | List | Dictionary | Structure) & Marks;
export type Kind = Shape["kind"];

interface Marks {
  /** AWS's model marks the value as sensitive: it must not be logged. */
  readonly sensitive?: true;
}

interface Scalar {
  readonly kind: "string" | "number" | "boolean" | "blob";
}
export interface Timestamp {
  readonly kind: "timestamp";
  /**
   * Absent: the protocol's default, which is `date-time` for query and `epoch-seconds` for JSON.
   */
  readonly format?: "date-time" | "epoch-seconds";
}
interface List {
  readonly kind: "list";
  readonly member: Shape;
}
/** A map with string keys. */
interface Dictionary {
  readonly kind: "map";
  readonly value: Shape;
}
export interface Structure {
  readonly kind: "structure";
  readonly name: string;
  /** In the order of the model, which is the order on the wire. */
  readonly members: ReadonlyMap<string, Shape>;
  /** A union has exactly one of its members. */
  readonly union?: boolean;
  /** Members that a REST protocol does not put in the body, by name. */
  readonly bindings?: ReadonlyMap<string, Binding>;
}

/** The location of a member in an HTTP message (https://smithy.io/2.0/spec/http-bindings.html). */
export type Binding =
  | { readonly in: "label" }
  | { readonly in: "query"; readonly name: string }
  /** `name` is in lower case. */
  | { readonly in: "header"; readonly name: string };
