import { type SchemaReference, structureOf } from "./sdk-shape.ts";
import type { ErrorShape, Operation, Service } from "./service.ts";
import type { ServiceDescription, ServiceName, Wire } from "./services.ts";

/** Loads the schemas and constraints of a service. */
export async function loadSchemas(
  name: ServiceName,
  description: ServiceDescription,
): Promise<Omit<Service, "codec">> {
  const { version, wire, readsOnly } = description;
  const operations = new Map<string, Operation>();
  const errors = new Map<string, ErrorShape>();
  const [exports, constraints] = await Promise.all([
    description.schemas(),
    description.constraints(),
  ]);
  for (const exported of Object.values<unknown>({ ...exports })) {
    if (isOperation(exported)) {
      const operation = operationOf(exported, readsOnly);
      operations.set(operation.name, operation);
    } else if (isError(exported)) {
      const error = errorShape(exported, wire);
      if (error !== undefined) errors.set(error.code, error);
    }
  }
  return { name, version, wire, operations, errors, constraints };
}

// The SDK's static schemas are tuples that begin with a number for their kind:
// 9 is an operation, -3 an error.
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

type Traits = Readonly<Record<string, unknown>>;
const isTraits = (value: unknown): value is Traits => typeof value === "object" && value !== null;

function operationOf(
  [, , name, traits, input, output]: OperationSchema,
  readsOnly: (operation: string) => boolean,
): Operation {
  const operation = {
    name,
    input: structureOf(input),
    output: structureOf(output),
    ignoresUnknown: readsOnly(name),
  };
  const http = isTraits(traits) ? traits.http : undefined;
  if (!Array.isArray(http)) return operation;
  const [method, uri, status] = http;
  return {
    ...operation,
    http: { method: String(method), uri: String(uri), status: Number(status) },
  };
}

// An error's `awsQueryError` trait has its code and status in the query protocol, where they differ
// from the shape's (`NoSuchEntity` for `NoSuchEntityException`). CloudTrail's JSON errors have the
// trait too, and do not follow it. An SDK's catch-all error has no traits.
function errorShape(schema: ErrorSchema & SchemaReference, wire: Wire): ErrorShape | undefined {
  const [, , name, traits] = schema;
  const structure = structureOf(schema);
  if (!isTraits(traits) || structure === undefined) return undefined;
  const { awsQueryError, httpError, error } = traits;
  const isQuery = wire.protocol === "query" && Array.isArray(awsQueryError);
  const [code, queryStatus] = isQuery ? awsQueryError : [name, undefined];
  const status = queryStatus ?? httpError ?? (error === "server" ? 500 : 400);
  if (typeof code !== "string" || typeof status !== "number")
    throw new TypeError(`error schema \`${name}\` has traits of an unexpected form`);
  return { code, status, structure };
}
