import type { AuthorizerOptions } from "@portcullis/authorizer";
import type { Reader } from "@portcullis/iam/store";
import { document } from "../support/people.ts";
import { ACCOUNT, type RecordWorld } from "../support/record-world.ts";

export const ARN = `arn:aws:iam::${ACCOUNT}:user/ana`;

/** The ARN of a method and path of the API `own`. */
export const invokeArn = (path: string) =>
  `arn:aws:execute-api:us-east-1:${ACCOUNT}:own/$default/${path}`;

/** A principal's inline policy with these statements, or none. */
export const own = (...statements: readonly object[]) => ({
  inline: statements.length === 0 ? [] : [{ name: "own", document: document(...statements) }],
});

/** The access key of the user `ana` with these statements, and an authorizer that she asks. */
export function ana(
  world: RecordWorld,
  options: Partial<AuthorizerOptions>,
  ...statements: readonly object[]
) {
  const key = world.key(world.user("ana", own(...statements)));
  const authorizer = world.authorizer(options);
  return { key, ...authorizer, ask: (path = "/whoami") => authorizer.ask(key, { path }) };
}

/** A reader whose every read throws this. */
export const failing = (thrown: unknown): Reader => {
  const fail = async () => {
    throw thrown;
  };
  return { get: fail, snapshot: fail };
};
