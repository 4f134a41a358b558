import { expect } from "vitest";
import type { TestCredentials } from "../support/harness.ts";
import { allow, document } from "../support/people.ts";
import { type Asked, NOW, type RecordWorld } from "../support/record-world.ts";
import type { WireRequest } from "../support/wire-signer.ts";

export const MEMBER = "200000000000";
export const INVOKE = {
  inline: [{ name: "own", document: document(allow("execute-api:Invoke")) }],
};
export const SECONDS = NOW.getTime() / 1000;

/** Expects 401 for these credentials, with a line that has nothing but the reason and the key. */
export async function refused(
  authorizer: ReturnType<RecordWorld["authorizer"]>,
  credentials: TestCredentials,
  reason: string | RegExp,
  request: Partial<WireRequest> = {},
  loggedKeyId = credentials.accessKeyId,
): Promise<void> {
  const answer = await authorizer.ask(credentials, request);
  unauthenticated(answer);
  expect(answer.line).toEqual({
    type: "decision",
    time: NOW.toISOString(),
    decisionId: answer.decisionId,
    requestId: "request",
    api: "own",
    method: "GET",
    route: "$default",
    region: "us-east-1",
    sourceIp: "192.0.2.1",
    outcome: "unauthenticated",
    reason: matching(reason),
    accessKeyId: loggedKeyId,
    milliseconds: expect.any(Number),
    roundTrips: expect.any(Number),
    ...(authorizer.lines.length === 1 ? { cold: true } : {}),
  });
}

/** Expects 401 for a bearer token, with a line that names neither a key nor a principal. */
export function refusedToken(answer: Asked, reason: string | RegExp): void {
  unauthenticated(answer);
  expect(answer.line).toMatchObject({
    decisionId: answer.decisionId,
    outcome: "unauthenticated",
    reason: matching(reason),
  });
  expect(answer.line).not.toHaveProperty("accessKeyId");
  expect(answer.line).not.toHaveProperty("principal");
}

/** Sends a request with this bearer token. */
export const bearer = (
  authorizer: ReturnType<RecordWorld["authorizer"]>,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Asked> => authorizer.send({ authorization: `Bearer ${token}`, ...headers });

/** Expects 401 with nothing else in the answer. */
function unauthenticated({ kind, decisionId, line, ...more }: Asked): void {
  expect({ kind, more }).toEqual({ kind: "unauthenticated", more: {} });
}

const matching = (reason: string | RegExp) =>
  typeof reason === "string" ? reason : expect.stringMatching(reason);
