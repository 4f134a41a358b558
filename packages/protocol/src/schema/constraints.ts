/**
 * The constraints on the inputs of a service's operations.
 * Those of AWS's services are made by scripts/generate-constraints.mjs from AWS's models.
 */
export interface Constraints {
  /** The name of the shape that constrains the input of an operation. */
  readonly operations: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, Constraint>>;
}

/** The constraints of one shape, and the names of the constrained shapes within it. */
export interface Constraint {
  /** Of a string its length in code points, of a list or map its size, of a number its value. */
  readonly min?: number;
  readonly max?: number;
  /** AWS's pattern for the whole of a string. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** The value is never repeated in a message. */
  readonly sensitive?: boolean;
  readonly members?: Readonly<
    Record<string, { readonly shape?: string; readonly required?: boolean }>
  >;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
}
