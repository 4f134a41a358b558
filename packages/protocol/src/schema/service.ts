import { type Constraints, loadConstraints } from "./constraints.ts";
import { type SchemaReference, type Structure, structureOf } from "./shape.ts";

export type ServiceName = "iam" | "sts" | "organizations";

/** One of AWS's services as its SDK client describes it. */
export interface Service {
  readonly name: ServiceName;
  /** The API version that clients name in `Version` (query) and in their target (JSON). */
  readonly version: string;
  readonly wire:
    | { readonly protocol: "query"; readonly xmlNamespace: string }
    | { readonly protocol: "json"; readonly target: string };
  readonly operations: ReadonlyMap<string, Operation>;
  /** By the code that a client sees on the wire, such as `NoSuchEntity`. */
  readonly errors: ReadonlyMap<string, ErrorShape>;
  /** What AWS demands of the operations' inputs. */
  readonly constraints: Constraints;
}

export interface Operation {
  readonly name: string;
  /** Undefined when the operation takes, or answers, nothing. */
  readonly input: Structure | undefined;
  readonly output: Structure | undefined;
}

export interface ErrorShape {
  readonly code: string;
  readonly status: number;
  readonly structure: Structure;
}

const SERVICES = {
  iam: {
    version: "2010-05-08",
    wire: { protocol: "query", xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/" },
    client: () => import("@aws-sdk/client-iam"),
  },
  sts: {
    version: "2011-06-15",
    wire: { protocol: "query", xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/" },
    client: () => import("@aws-sdk/client-sts"),
  },
  organizations: {
    version: "2016-11-28",
    wire: { protocol: "json", target: "AWSOrganizationsV20161128" },
    client: () => import("@aws-sdk/client-organizations"),
  },
} as const;

const loaded = new Map<ServiceName, Promise<Service>>();

/** The operations and errors of a service. Its SDK client is loaded on the first call and only then. */
export function loadService(name: ServiceName): Promise<Service> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const service = load(name);
  loaded.set(name, service);
  return service;
}

async function load(name: ServiceName): Promise<Service> {
  const { version, wire, client } = SERVICES[name];
  const operations = new Map<string, Operation>();
  const errors = new Map<string, ErrorShape>();
  const [exports, constraints] = await Promise.all([client(), loadConstraints(name)]);
  for (const exported of Object.values<unknown>(exports)) {
    if (isOperation(exported)) {
      const [, , operation, , input, output] = exported;
      operations.set(operation, {
        name: operation,
        input: structureOf(input),
        output: structureOf(output),
      });
    } else if (isError(exported)) {
      const error = errorShape(exported);
      if (error !== undefined) errors.set(error.code, error);
    }
  }
  return { name, version, wire, operations, errors, constraints };
}

// The SDK's static schemas are tuples that begin with a number for their kind: 9 is an operation, -3 an error.
type OperationSchema = [
  9,
  namespace: string,
  name: string,
  traits: unknown,
  input: SchemaReference,
  output: SchemaReference,
];
type ErrorSchema = [
  -3,
  namespace: string,
  name: string,
  traits: unknown,
  members: string[],
  schemas: SchemaReference[],
];
const isOperation = (value: unknown): value is OperationSchema =>
  Array.isArray(value) && value[0] === 9;
const isError = (value: unknown): value is ErrorSchema & SchemaReference =>
  Array.isArray(value) && value[0] === -3;

// An error's `awsQueryError` trait holds the code and status that the query protocol shows, where they differ
// from the shape's name (`NoSuchEntity` for `NoSuchEntityException`). An SDK's catch-all error has no traits.
function errorShape(schema: ErrorSchema & SchemaReference): ErrorShape | undefined {
  const [, , name, traits] = schema;
  const structure = structureOf(schema);
  if (typeof traits !== "object" || traits === null || structure === undefined) return undefined;
  const { awsQueryError, httpError, error } = traits as Readonly<Record<string, unknown>>;
  const [code, queryStatus] = Array.isArray(awsQueryError) ? awsQueryError : [name, undefined];
  const status = queryStatus ?? httpError ?? (error === "server" ? 500 : 400);
  if (typeof code !== "string" || typeof status !== "number")
    throw new TypeError(`error schema \`${name}\` has odd traits`);
  return { code, status, structure };
}
