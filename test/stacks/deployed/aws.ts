import { generateKeyPairSync, sign } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { authorize, compilePolicy, parsePolicy } from "@portcullis/policy";
import { memoryKeyWrapper } from "@portcullis/store";
import { ACCOUNT, REGION } from "../synth/cloud.ts";

/** A call as AWS's own IAM sees it. */
export interface AwsCall {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * DynamoDB and KMS as one function reaches them: a call that its role does not allow is refused, by
 * our own policy engine.
 */
export interface Aws {
  readonly url: string;
  readonly calls: readonly AwsCall[];
  readonly refused: readonly AwsCall[];
  stop(): void;
}

/** @param statements of the function's role */
export async function startAws(engine: string, statements: readonly unknown[]): Promise<Aws> {
  const calls: AwsCall[] = [];
  const refused: AwsCall[] = [];
  const mayCall = rolePolicy(statements);
  const server = createServer(async (request, response) => {
    const body = await read(request);
    const [service, operation = ""] = String(request.headers["x-amz-target"]).split(".");
    const input: Input = JSON.parse(body.toString());
    const made =
      service === "TrentService" ? kmsCalls(operation, input) : dynamodbCalls(operation, input);
    calls.push(...made);
    const denied = made.filter((call) => !mayCall(call));
    refused.push(...denied);
    if (denied.length > 0) {
      response.statusCode = 400;
      response.end(
        JSON.stringify({
          __type: "AccessDeniedException",
          message: `not authorized: ${denied[0]?.action}`,
        }),
      );
      return;
    }
    const answer =
      service === "TrentService"
        ? await kms(operation, input)
        : await forward(engine, request, body);
    response.statusCode = answer.status;
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    response.end(answer.body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  return { url: `http://127.0.0.1:${port}`, calls, refused, stop: () => server.close() };
}

/** Whether a role with these statements may make a call. */
export function rolePolicy(statements: readonly unknown[]): (call: AwsCall) => boolean {
  const parsed = parsePolicy(
    JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    "identity",
  );
  if (!parsed.ok)
    throw new Error(`the role's policy is no policy: ${JSON.stringify(parsed.issues)}`);
  const identity = [compilePolicy(parsed.policy, { policyId: "inline", type: "identity-based" })];
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/function`;
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/function/function`;
  const principal = {
    type: "AssumedRole",
    account: ACCOUNT,
    arn,
    userId: "AROA:function",
    roleArn,
    roleId: "AROA",
  } as const;
  return ({ action, resource, context }) => {
    const keys = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
    return (
      authorize({ principal, action, resource, context: keys, policies: { identity } }).outcome ===
      "allowed"
    );
  };
}

interface Item {
  readonly pk?: { readonly S: string };
}

interface Part {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
}

/** Of BatchWriteItem. */
interface Written {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

interface Input extends Partial<Part> {
  readonly RequestItems?: Readonly<
    Record<string, { readonly Keys: readonly Item[] } | readonly Written[]>
  >;
  readonly TransactItems?: readonly Readonly<Record<string, Part>>[];
  readonly KeyId?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  /** The digest that is to be signed. */
  readonly Message?: string;
}

/** What each part of a transaction needs (DynamoDB Developer Guide, transaction-apis-iam). */
const PARTS: Record<string, string> = {
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
};

function dynamodbCalls(operation: string, input: Input): readonly AwsCall[] {
  if (input.RequestItems) {
    return Object.entries(input.RequestItems).map(([table, items]) =>
      dynamodbCall(operation, table, "Keys" in items ? items.Keys : items.map(writtenItem)),
    );
  }
  if (input.TransactItems) {
    return input.TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, part]) =>
        dynamodbCall(PARTS[kind] ?? kind, part.TableName, [part.Key ?? part.Item]),
      ),
    );
  }
  return [dynamodbCall(operation, input.TableName ?? "", [input.Key ?? input.Item])];
}

const writtenItem = ({ PutRequest, DeleteRequest }: Written): Item | undefined =>
  PutRequest?.Item ?? DeleteRequest?.Key;

function dynamodbCall(
  action: string,
  table: string,
  items: readonly (Item | undefined)[],
): AwsCall {
  const leadingKeys = items.flatMap((item) => (item?.pk ? [item.pk.S] : []));
  return {
    action: `dynamodb:${action}`,
    resource: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}`,
    context: leadingKeys.length > 0 ? { "dynamodb:LeadingKeys": leadingKeys } : {},
  };
}

function kmsCalls(
  operation: string,
  { KeyId = "", EncryptionContext = {} }: Input,
): readonly AwsCall[] {
  const context = Object.entries(EncryptionContext).map(([key, value]) => [
    `kms:EncryptionContext:${key}`,
    value,
  ]);
  return [{ action: `kms:${operation}`, resource: KeyId, context: Object.fromEntries(context) }];
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

type KmsOperation = (input: Input) => Promise<object> | object;

const wrapper = memoryKeyWrapper(Buffer.alloc(32, 5));
const asymmetric = {
  ES384: generateKeyPairSync("ec", { namedCurve: "P-384" }),
  RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
};
const keyPair = ({ KeyId = "" }: Input) => asymmetric[KeyId.includes("ES384") ? "ES384" : "RS256"];

const KMS: Record<string, KmsOperation> = {
  Encrypt: async ({ Plaintext = "" }) => ({
    CiphertextBlob: base64(await wrapper.wrap(Buffer.from(Plaintext, "base64"))),
  }),
  Decrypt: async ({ CiphertextBlob = "" }) => ({
    Plaintext: base64(await wrapper.unwrap(Buffer.from(CiphertextBlob, "base64"))),
  }),
  GetPublicKey: (input) => ({
    PublicKey: base64(keyPair(input).publicKey.export({ format: "der", type: "spki" })),
  }),
  // of the digest's own hash: Node signs no digests. It has the form of a signature, which is
  // enough here.
  Sign: (input) => ({
    Signature: base64(
      sign("sha384", Buffer.from(input.Message ?? "", "base64"), keyPair(input).privateKey),
    ),
  }),
};

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

async function kms(operation: string, input: Input): Promise<Answer> {
  const answer = await KMS[operation]?.(input);
  return {
    status: answer ? 200 : 400,
    headers: { "content-type": "application/x-amz-json-1.1" },
    body: JSON.stringify(answer ?? {}),
  };
}

async function forward(engine: string, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
  const answer = await fetch(engine, {
    method: "POST",
    headers: headers as Record<string, string>,
    body: new Uint8Array(body),
  });
  const checksum = answer.headers.get("x-amz-crc32");
  return {
    status: answer.status,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      ...(checksum !== null && { "x-amz-crc32": checksum }),
    },
    body: new Uint8Array(await answer.arrayBuffer()),
  };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}
