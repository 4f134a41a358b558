import { type Answer, callerContext } from "@portcullis/authorizer";

/**
 * The simple answer of an HTTP API. Throwing `Unauthorized` is the only way to a 401. Any other
 * error is a 500.
 * @throws {Error} `Unauthorized`, the failure, or when answers are cached: a cached simple answer
 * allows every route
 */
export function simpleAnswer(answer: Answer): {
  readonly isAuthorized: boolean;
  readonly context: Record<string, string>;
} {
  if (answer.kind === "unauthenticated") throw new Error("Unauthorized");
  if (answer.kind === "failed")
    throw new Error(`the decision ${answer.decisionId} failed; the log says why`);
  if (answer.cacheable !== undefined)
    throw new Error("a simple answer cannot be cached: use IAM policies with `cachedRoutes`");
  if (answer.kind === "forbidden")
    return { isAuthorized: false, context: { decisionId: answer.decisionId } };
  return { isAuthorized: true, context: callerContext(answer) };
}
