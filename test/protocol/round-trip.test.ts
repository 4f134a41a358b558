import * as accessAnalyzer from "@aws-sdk/client-accessanalyzer";
import * as cloudTrail from "@aws-sdk/client-cloudtrail";
import * as iam from "@aws-sdk/client-iam";
import * as organizations from "@aws-sdk/client-organizations";
import * as sts from "@aws-sdk/client-sts";
import {
  decodeRequest,
  encodeResponse,
  loadService,
  type Service,
  type Shape,
  type Structure,
  type WireResponse,
} from "@portcullis/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CREDENTIALS } from "../support/loopback.ts";

// Every operation of every AWS service: the input that an SDK client sends is decoded, and the
// client decodes the output.

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[] | null>>;
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
}
type Exchange = (request: HttpRequest) => WireResponse;

const CLIENTS = {
  iam: { exports: iam as Readonly<Record<string, unknown>>, Client: iam.IAMClient },
  sts: { exports: sts as Readonly<Record<string, unknown>>, Client: sts.STSClient },
  organizations: {
    exports: organizations as Readonly<Record<string, unknown>>,
    Client: organizations.OrganizationsClient,
  },
  "access-analyzer": {
    exports: accessAnalyzer as Readonly<Record<string, unknown>>,
    Client: accessAnalyzer.AccessAnalyzerClient,
  },
  cloudtrail: {
    exports: cloudTrail as Readonly<Record<string, unknown>>,
    Client: cloudTrail.CloudTrailClient,
  },
} as const;

describe.each(Object.keys(CLIENTS) as (keyof typeof CLIENTS)[])("%s", async (name) => {
  const service = await loadService(name);
  const { exports, Client } = CLIENTS[name];
  let exchange: Exchange;
  const client: { send(command: never): Promise<object> } = new Client({
    region: "us-east-1",
    credentials: CREDENTIALS,
    maxAttempts: 1,
    requestHandler: {
      async handle(request: HttpRequest) {
        const { status, headers, body } = exchange(request);
        return {
          response: { statusCode: status, headers: { ...headers }, body: Buffer.from(body) },
        };
      },
    } as never,
  });

  test.each([...service.operations.keys()])("%s round trips", async (operation) => {
    const shapes = service.operations.get(operation);
    const Command = exports[`${operation}Command`] as new (input: object) => never;
    await fc.assert(
      fc.asyncProperty(
        anyOf(service, shapes?.input),
        anyOf(service, shapes?.output),
        async (input, output) => {
          let decoded: unknown;
          exchange = (request) => {
            decoded = decodeRequest(service, {
              body: request.body ?? "",
              target: request.headers["x-amz-target"],
              method: request.method,
              path: request.path,
              query: service.wire.protocol === "rest-json" ? rawQueryOf(request.query) : "",
              header: (name) => request.headers[name],
            });
            return encodeResponse(service, operation, output, "r");
          };
          const { $metadata, ...answered } = (await client.send(new Command(input))) as {
            $metadata: object;
          };
          expect(decoded).toEqual({
            ok: true,
            operation,
            input: service.wire.protocol === "query" ? sent(input) : input,
          });
          expect(answered).toEqual(output);
          expect($metadata).toMatchObject({ requestId: "r" });
        },
      ),
      { numRuns: 8, seed: 20100508 },
    );
  });
});

const rawQueryOf = (query: HttpRequest["query"]): string =>
  Object.entries(query)
    .flatMap(([name, values]) => [values ?? []].flat().map((value) => [name, value]))
    .map((pair) => pair.map((text) => encodeURIComponent(text ?? "")).join("="))
    .join("&");

const DEPTH = 4;

function anyOf(service: Service, structure: Structure | undefined): fc.Arbitrary<object> {
  return structure === undefined ? fc.constant({}) : structureOf(service, structure, DEPTH);
}

function structureOf(service: Service, structure: Structure, depth: number): fc.Arbitrary<object> {
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, shape] of structure.members) {
    if (depth === 0) continue;
    // An empty list leaves no trace in a query string.
    const minLength = structure.bindings?.get(name)?.in === "query" ? 1 : 0;
    fields[name] = arbitrary(service, shape, depth - 1, minLength);
  }
  const names = Object.keys(fields);
  if (structure.union === true && depth > 0)
    return fc
      .constantFrom(...names)
      .chain((name) =>
        fc.record({ [name]: fields[name] ?? fc.constant("") }, { noNullPrototype: true }),
      );
  // The SDK makes up an absent client token, and can't build a path without its labels.
  const requiredKeys = names.filter(
    (name) => name === "clientToken" || structure.bindings?.get(name)?.in === "label",
  );
  return fc.record(fields, { requiredKeys, noNullPrototype: true });
}

function arbitrary(
  service: Service,
  shape: Shape,
  depth: number,
  minLength = 0,
): fc.Arbitrary<unknown> {
  if (shape.kind === "structure") return structureOf(service, shape, depth);
  if (shape.kind === "list")
    return fc.array(arbitrary(service, shape.member, depth), { minLength, maxLength: 3 });
  // The SDK writes the key of an entry whose value is an empty structure, and not the value.
  if (shape.kind === "map" && shape.value.kind === "structure") {
    const value = structureOf(service, shape.value, DEPTH).filter(
      (given) => trace(given) !== undefined,
    );
    return fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true });
  }
  if (shape.kind === "map")
    return fc.dictionary(key, arbitrary(service, shape.value, depth), {
      maxKeys: 3,
      noNullPrototype: true,
    });
  return service.wire.protocol === "query"
    ? { ...scalars, timestamp: seconds }[shape.kind]
    : scalars[shape.kind];
}

// What XML 1.0 can carry. The SDK's own parser drops text of mere white space, so there are letters
// around it.
const character = fc.oneof(
  fc.constantFrom(
    "\t",
    "\n",
    "\r",
    " ",
    "&",
    "<",
    ">",
    '"',
    "'",
    "%",
    "+",
    "\u0085",
    "\u2028",
    "]]>",
  ),
  fc
    .integer({ min: 0x20, max: 0x10_fffd })
    .filter((code) => (code < 0xd800 || code > 0xdfff) && (code & 0xfffe) !== 0xfffe)
    .map((code) => String.fromCodePoint(code)),
);
const text = fc.array(character, { maxLength: 20 }).map((characters) => `a${characters.join("")}z`);
const key = text.filter((string) => string !== "__proto__");
const seconds = fc.integer({ min: 0, max: 4e9 }).map((time) => new Date(time * 1000));
const scalars = {
  string: text,
  number: fc.integer(),
  boolean: fc.boolean(),
  timestamp: fc.integer({ min: 0, max: 4e12 }).map((time) => new Date(time)),
  blob: fc.uint8Array({ minLength: 1, maxLength: 20 }),
} as const;

/**
 * What of a value the query protocol can say: structures and maps without members leave no trace on
 * the wire.
 */
function sent(value: object): object {
  return trace(value) ?? {};
}

function trace(value: unknown): object | undefined {
  if (Array.isArray(value)) {
    const members = value
      .map((member) => (isPlain(member) ? trace(member) : member))
      .filter((member) => member !== undefined);
    return members.length === 0 && value.length > 0 ? undefined : members;
  }
  const fields = Object.entries(value as object)
    .map(([name, of]) => [name, isPlain(of) ? trace(of) : of] as const)
    .filter(([, of]) => of !== undefined);
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

const isPlain = (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array);
