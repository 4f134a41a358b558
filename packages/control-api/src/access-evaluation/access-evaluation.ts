import {
  callerLine,
  createPolicySource,
  evaluationLine,
  messageForLog,
} from "@portcullis/authorizer";
import { ApiError } from "@portcullis/iam/error";
import { StoreUnavailable } from "@portcullis/iam/store-error";
import { timeOrderedId } from "@portcullis/iam/time-ordered-id";
import type { WireResponse } from "@portcullis/protocol";
import { readCredential } from "@portcullis/protocol/sigv4";
import type { ControlApiOptions } from "../model/options.ts";
import { type ControlApi, type ControlRequest, headerOf } from "../model/request.ts";
import { createAddressLimit } from "../rate/address-limit.ts";
import { createMemberLimit } from "../rate/member-limit.ts";
import { type Asker, authenticateAsker } from "./authenticate-asker.ts";
import type { EvaluationAnswer } from "./decide-for.ts";
import { ASK, type Asking, authorizeAsker, decideFor, NotPermitted } from "./decide-for.ts";
import {
  type BatchRequest,
  type EvaluationRequest,
  readBatch,
  readEvaluation,
} from "./evaluation-request.ts";
import { isObject, Malformed } from "./json.ts";

/** More than a hundred evaluations of usual size. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * The Access Evaluation and Access Evaluations APIs (OpenID Authorization API 1.0) for services
 * that ask whether a principal may do something. Askers sign their requests for the service
 * `portcullis`, and need `portcullis:Evaluate` on the principal.
 * @param form `batch`: the request may have a list of evaluations
 */
export function createAccessEvaluation(
  form: "single" | "batch",
  options: ControlApiOptions,
): ControlApi {
  const policies = createPolicySource();
  const memberLimit = createMemberLimit(options.settings);
  const addressLimit = createAddressLimit();
  const { store, settings, log } = options;
  const directory = { ...options.directory, reader: store };

  return async (request) => {
    const now = new Date();
    const started = performance.now();
    const requestId = timeOrderedId(now);
    let asker: Asker | undefined;
    let failure: unknown;
    try {
      const read = readCredential(request.signed);
      await addressLimit.take(read, request.sourceIp, now);
      const turn = await memberLimit.enter(read, now);
      try {
        asker = await authenticateAsker(request, read, { directory, policies, now });
        turn?.proven();
        const subjects = new Map();
        const asking = {
          request,
          requestId,
          asker,
          directory,
          policies,
          now,
          log,
          settings,
          subjects,
        };
        return answer(request, 200, await evaluateAll(form, asking));
      } finally {
        turn?.leave();
      }
    } catch (error) {
      failure = error;
      return refusal(request, error);
    } finally {
      log({
        type: "decision",
        time: now.toISOString(),
        decisionId: requestId,
        requestId,
        ...(failure instanceof NotPermitted && asker
          ? evaluationLine(failure.evaluation, asker.caller)
          : { outcome: outcomeOf(failure, asker), reason: reasonOf(failure) }),
        ...(asker && callerLine(asker.caller)),
        action: ASK,
        region: settings.region,
        sourceIp: request.sourceIp,
        milliseconds: Math.round((performance.now() - started) * 1000) / 1000,
      });
    }
  };
}

async function evaluateAll(form: "single" | "batch", asking: Asking): Promise<object> {
  const body = bodyOf(asking.request);
  const { region } = asking.settings;
  const batch = form === "batch" ? readBatch(body, region) : undefined;
  if (batch !== undefined) return { evaluations: await evaluateBatch(asking, batch) };
  const evaluation = readEvaluation(body, region);
  authorizeAsker(asking, evaluation.subject);
  return decideFor(asking, evaluation);
}

function bodyOf({ body, signed }: ControlRequest): Readonly<Record<string, unknown>> {
  const [, type = ""] =
    signed.headers.find(([name]) => name.toLowerCase() === "content-type") ?? [];
  if (!/^application\/json(?: *;|$)/i.test(type))
    throw new Malformed("The content type must be application/json.");
  if (body.byteLength > MAX_BODY_BYTES)
    throw new Malformed(`The body must have at most ${MAX_BODY_BYTES} bytes.`);
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    if (isObject(parsed)) return parsed;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Malformed("The body must be a JSON object.");
}

/** One after the other, since a denial or a permit may end it. Others' requests run in between. */
async function evaluateBatch(
  asking: Asking,
  { items, semantic }: BatchRequest,
): Promise<readonly EvaluationAnswer[]> {
  const answers: EvaluationAnswer[] = [];
  for (const item of items) {
    await new Promise((resume) => setImmediate(resume));
    const made = await evaluateItem(asking, item);
    answers.push(made);
    if (semantic === "deny_on_first_deny" && !made.decision) break;
    if (semantic === "permit_on_first_permit" && made.decision) break;
  }
  return answers;
}

async function evaluateItem(
  asking: Asking,
  item: EvaluationRequest | Malformed,
): Promise<EvaluationAnswer> {
  if (item instanceof Malformed) return notEvaluated(400, item.message);
  try {
    authorizeAsker(asking, item.subject);
    return await decideFor(asking, item);
  } catch (error) {
    if (!(error instanceof NotPermitted)) throw error;
    logRefusal(asking, error);
    return notEvaluated(403, error.message);
  }
}

/** The request's own line tells nothing of single items. */
function logRefusal(
  { log, now, requestId, asker, settings, request }: Asking,
  { evaluation }: NotPermitted,
): void {
  log({
    type: "decision",
    time: now.toISOString(),
    decisionId: timeOrderedId(now),
    requestId,
    ...evaluationLine(evaluation, asker.caller),
    ...callerLine(asker.caller),
    region: settings.region,
    sourceIp: request.sourceIp,
  });
}

const notEvaluated = (status: number, message: string): EvaluationAnswer => ({
  decision: false,
  context: { error: { status, message } },
});

/** Every answer repeats the asker's own id of the request. The body of an error is a string. */
function answer(request: ControlRequest, status: number, body: object | string): WireResponse {
  const requestId = headerOf(request, "x-request-id");
  return {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      ...(requestId === undefined ? {} : { "x-request-id": requestId }),
    },
    body: JSON.stringify(body),
  };
}

function refusal(request: ControlRequest, error: unknown): WireResponse {
  if (error instanceof Malformed) return answer(request, 400, error.message);
  if (error instanceof NotPermitted) return answer(request, 403, error.message);
  if (error instanceof ApiError)
    return answer(request, error.code === "Throttling" ? 429 : 401, error.message);
  if (error instanceof StoreUnavailable)
    return answer(request, 503, "The decision could not be made now.");
  return answer(request, 500, "Internal error");
}

function outcomeOf(failure: unknown, asker: Asker | undefined) {
  if (failure === undefined) return "allowed";
  if (failure instanceof Malformed) return "invalid";
  return failure instanceof ApiError && asker === undefined ? "unauthenticated" : "error";
}

function reasonOf(failure: unknown): string | undefined {
  if (failure === undefined) return undefined;
  if (failure instanceof ApiError) return messageForLog(`${failure.code}: ${failure.message}`);
  if (failure instanceof Malformed) return messageForLog(failure.message);
  return failure instanceof Error ? (failure.stack ?? String(failure)) : String(failure);
}
