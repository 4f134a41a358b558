import type { Reader } from "@portcullis/iam/store";
import { timeOrderedId } from "@portcullis/iam/time-ordered-id";
import { countingReader } from "../cache/counting-reader.ts";
import { staleReads } from "../cache/stale-reader.ts";
import { createPolicySource } from "../policies/policy-source.ts";
import type { ApiRequest } from "../request/api-request.ts";
import type { Answer } from "./answer.ts";
import { type Decided, decide } from "./decide.ts";
import { observe } from "./observe.ts";
import type { AuthorizerOptions } from "./options.ts";
import { withTimeout } from "./with-timeout.ts";

export interface Authorizer {
  /** Never throws, and answers within the deadline. */
  decide(request: ApiRequest): Promise<Answer>;
}

/**
 * Decides and logs each request to a protected API. A decision takes one strongly consistent read,
 * or two when the policies of the caller's account have changed.
 * @throws {TypeError} for cached answers of an API with a resource policy, whose result changes with
 * the request, or of one that is observed, whose denials must all be seen
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  if (options.cachedRoutes !== undefined && options.apiPolicyOwner !== undefined)
    throw new TypeError("answers cannot be cached for an API that has a resource policy");
  if (options.cachedRoutes !== undefined && options.observe !== undefined)
    throw new TypeError("answers cannot be cached for an API that is observed");
  const { log, deadlineMilliseconds = 5_000, stalenessSeconds = 0 } = options;
  const clock = options.now ?? (() => new Date());
  const policies = createPolicySource();
  const wrapReader =
    stalenessSeconds > 0 ? staleReads(stalenessSeconds) : (reader: Reader): Reader => reader;
  const stale = stalenessSeconds > 0 ? { staleAtMostSeconds: stalenessSeconds } : {};
  let cold = true;

  return {
    async decide(request) {
      const now = clock();
      const decisionId = timeOrderedId(now);
      const started = performance.now();
      const reader = countingReader(options.reader);
      const directory = { ...options.directory, reader: wrapReader(reader) };
      const deciding = decide(options, { directory, policies, request, now, decisionId });
      const decided = await withTimeout(deadlineMilliseconds, deciding).catch((error: unknown) =>
        failure(error, decisionId),
      );
      const { answer, line } = options.observe ? observe(decided, options.observe) : decided;
      log({
        type: "decision",
        time: now.toISOString(),
        decisionId,
        requestId: request.requestId,
        api: request.apiId,
        method: request.method,
        route: request.routeKey,
        region: request.region,
        sourceIp: request.sourceIp,
        ...line,
        milliseconds: Math.round((performance.now() - started) * 1000) / 1000,
        roundTrips: reader.calls(),
        ...(cold ? { cold } : {}),
        ...stale,
      });
      cold = false;
      return answer;
    },
  };
}

const failure = (error: unknown, decisionId: string): Decided => ({
  answer: { kind: "failed", decisionId },
  line: {
    outcome: "error",
    reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  },
});
