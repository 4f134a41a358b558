/** What AWS's published model demands of the inputs of a service's operations. Made by scripts/generate-constraints.mjs. */
export interface Constraints {
  /** The name of the shape that limits the input of an operation. */
  readonly operations: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, Constraint>>;
}

/** Limits of one shape, and by name those of the shapes within it. */
export interface Constraint {
  /** Of a string its length in code points, of a list or map its size, of a number its value. */
  readonly min?: number;
  readonly max?: number;
  /** As AWS writes it, for the whole of a string. */
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

const FILES = {
  iam: () => import("./constraints/iam.json", { with: { type: "json" } }),
  sts: () => import("./constraints/sts.json", { with: { type: "json" } }),
  organizations: () => import("./constraints/organizations.json", { with: { type: "json" } }),
} as const;

export async function loadConstraints(service: keyof typeof FILES): Promise<Constraints> {
  const { default: constraints } = await FILES[service]();
  return constraints;
}
