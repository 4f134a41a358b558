import { type Answer, callerContext } from "@portcullis/authorizer";

/**
 * The simple answer of an HTTP API. `Unauthorized` thrown is the only way to a 401; any other throw is a 500.
 * @throws {Error} `Unauthorized`, or the failure; whenever answers are to be kept, for a simple one lets every route pass
 */
export function simpleAnswer(answer: Answer): {
  readonly isAuthorized: boolean;
  readonly context: Record<string, string>;
} {
  if (answer.kind === "unauthenticated") throw new Error("Unauthorized");
  if (answer.kind === "failed")
    throw new Error(`the decision ${answer.decisionId} failed; the log says why`);
  if (answer.kept !== undefined)
    throw new Error("a simple answer cannot be kept: take IAM policies for `keptFor`");
  if (answer.kind === "forbidden")
    return { isAuthorized: false, context: { decisionId: answer.decisionId } };
  return { isAuthorized: true, context: callerContext(answer) };
}
