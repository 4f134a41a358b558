import { randomUUID } from "node:crypto";
import {
  authenticate,
  conditionKeys,
  createPolicySource,
  denialSentence,
  type PolicySource,
} from "@portcullis/authorizer";
import { accountOfAccessKeyId } from "@portcullis/iam/access-key-id";
import { encodeAuthorizationMessage } from "@portcullis/iam/authorization-message";
import { ANONYMOUS, type Caller } from "@portcullis/iam/caller";
import { ApiError } from "@portcullis/iam/error";
import type {
  ConditionKeys,
  Operation,
  OperationContext,
  OperationTable,
  Target,
} from "@portcullis/iam/operation";
import { refuseForSession } from "@portcullis/iam/session-limits";
import { atomically } from "@portcullis/iam/unit-of-work";
import { authorize } from "@portcullis/policy";
import {
  clientPaths,
  decodeRequest,
  encodeError,
  encodeResponse,
  loadService,
  type Service,
  type ServiceName,
  validateInput,
  type WireResponse,
} from "@portcullis/protocol";
import {
  type ReadCredential,
  readCredential,
  type SignedRequest,
  verifySignature,
} from "@portcullis/protocol/sigv4";
import { StoreUnavailable, TooLarge } from "@portcullis/store";
import { type Judgement, logControlCall, refusalForLog, type Said } from "./control-log.ts";
import type { Installation } from "./installation.ts";
import { invalidInput } from "./invalid-input.ts";
import { createRateLimit, type Turn } from "./rate-limit.ts";
import { readAhead } from "./read-ahead.ts";
import { isStranger } from "./stranger.ts";

/** A request to the control API, whatever brought it. */
export interface ControlRequest {
  readonly signed: SignedRequest;
  readonly body: Uint8Array;
  /** The peer's address as the gateway saw it. */
  readonly sourceIp: string;
}

export type ControlApi = (request: ControlRequest) => Promise<WireResponse>;

type AnyOperation = Operation<unknown, object | undefined>;

/** Signatures of the control API hold for 15 minutes around their time, as AWS's do. */
const MAX_SKEW_SECONDS = 900;

/**
 * One of AWS's services: decode, authenticate, validate, authorize, run, encode. Whatever is thrown that is no `ApiError` is a fault
 * of ours: it is logged with its cause and answered without it.
 */
export function createControlApi(
  name: ServiceName,
  table: OperationTable,
  installation: Installation,
): ControlApi {
  const policies = createPolicySource();
  const rateLimit = createRateLimit(installation.settings.memberRate);
  const loading = loadService(name);

  return async (request) => {
    const requestId = randomUUID();
    const service = await loading;
    const accept = header(request.signed, "accept");
    const started = performance.now();
    const now = new Date();
    let said: Said = {};
    let turn: Turn | undefined;
    try {
      const read = readCredential(request.signed);
      const member = memberNamed(read, installation);
      if (member !== undefined) {
        // Asked before anything else, so that a flood costs its neighbours as little as can be.
        turn = await rateLimit.enter(member, now.getTime());
        if (turn === undefined) throw THROTTLING;
      }
      const decoded = decodeRequest(service, {
        body: request.body,
        query: request.signed.rawQuery,
        target: header(request.signed, "x-amz-target"),
        method: request.signed.method,
        path: request.signed.rawPath,
        header: (wanted) => header(request.signed, wanted),
      });
      if (!decoded.ok) {
        said = { refused: refusalForLog(decoded.error) };
        return encodeError(service, decoded.error, requestId, accept);
      }
      said = { operation: decoded.operation };
      const operation = Object.hasOwn(table, decoded.operation)
        ? (table[decoded.operation] as AnyOperation)
        : undefined;
      const ahead = operation?.reads?.(decoded.input) ?? [];
      const store = ahead.length === 0 ? installation.store : readAhead(installation.store, ahead);
      const { caller, organizationId } = await callerOf(
        service,
        request,
        read,
        { ...installation, store },
        policies,
        operation,
        now,
      );
      // An operation that needs no credentials proves none, whatever access key the request names.
      if (caller !== ANONYMOUS) turn?.proven();
      const asking = { request, organizationId };
      said = { ...said, caller };
      if (operation === undefined) throw notOffered(service, decoded.operation);
      const refused = refuseForSession(caller, operation.action);
      if (refused !== undefined) throw refused;
      const wrong = validateInput(service, decoded.operation, decoded.input);
      if (wrong !== undefined) throw invalidInput(name, wrong);
      const keyRing = await installation.directory.keyRing();
      const output = await atomically(store, async (unit) => {
        const named: OperationContext = {
          account: caller.account,
          caller,
          unit,
          now,
          sealer: keyRing,
          settings: installation.settings,
          requestId,
          sourceIp: request.sourceIp,
          remoteSigner: installation.remoteSigner,
        };
        const proven = (await operation.prove?.(named, decoded.input)) ?? caller;
        const context: OperationContext = { ...named, caller: proven, account: proven.account };
        said = { ...said, caller: proven };
        await permit(context, operation, decoded.input, asking, (judgement) => {
          said = { ...said, judgement };
        });
        return operation.run(context, decoded.input);
      });
      return encodeResponse(service, decoded.operation, output ?? {}, requestId, accept);
    } catch (thrown) {
      const error = thrown instanceof TooLarge ? outgrown(thrown) : thrown;
      said = { ...said, error };
      return encodeError(service, wireError(error, requestId), requestId, accept);
    } finally {
      turn?.leave();
      logControlCall(installation, name, said, {
        requestId,
        sourceIp: request.sourceIp,
        now,
        started,
      });
    }
  };
}

/** Who asks, and the organization of the account. */
interface Identified {
  readonly caller: Caller;
  readonly organizationId?: string | undefined;
}

/** What is known of the request itself, whoever its caller turns out to be. */
interface Asking {
  readonly request: ControlRequest;
  readonly organizationId: string | undefined;
}

/** Always the same, for making an error costs more than the rest of a refusal. */
const THROTTLING = new ApiError("Throttling", "Rate exceeded");

/** The member account that the request's access key is of. The management account's requests are not limited; who has no key is refused later. */
function memberNamed(read: ReadCredential, { settings }: Installation): string | undefined {
  const named = read.ok ? accountOfAccessKeyId(read.credential.accessKeyId) : undefined;
  return named === settings.managementAccount ? undefined : named;
}

async function callerOf(
  service: Service,
  { signed, body }: ControlRequest,
  read: ReadCredential,
  { directory, store }: Installation,
  policies: PolicySource,
  operation: AnyOperation | undefined,
  now: Date,
): Promise<Identified> {
  if (operation?.access === "unsigned") return { caller: ANONYMOUS, organizationId: undefined };
  if (!read.ok) throw new ApiError(read.code, read.message);
  const { credential } = read;
  const authentication = await authenticate({
    directory: { ...directory, reader: store },
    policies,
    credential,
    now,
    verify: (secret) => {
      const verifyAs = (rawPath: string) =>
        verifySignature({ ...signed, rawPath }, credential, secret, {
          nowMilliseconds: now.getTime(),
          maxSkewSeconds: MAX_SKEW_SECONDS,
          services: [service.name],
          payload: { kind: "body", bytes: body },
        });
      const first = verifyAs(signed.rawPath);
      if (first.ok) return first;
      const [, ...others] = clientPaths(service, signed.method, signed.rawPath);
      return others.map(verifyAs).find(({ ok }) => ok) ?? first;
    },
  });
  if (!authentication.ok) throw new ApiError(authentication.code, authentication.message);
  return authentication;
}

/** The operation's own decision, and any further ones that it needs. @throws {ApiError} `AccessDenied` with AWS's sentence */
async function permit(
  context: OperationContext,
  operation: AnyOperation,
  input: unknown,
  asking: Asking,
  note: (judgement: Judgement) => void,
): Promise<void> {
  if (operation.access === "anyone") return;
  const own = { ...tagKeys(input), ...(await operation.conditionKeys?.(context, input)) };
  const target = await operation.target(context, input);
  const judgement = judge(context, operation.action, target, own, asking);
  note(judgement);
  refuseUnlessAllowed(context, operation, target, told(judgement, target));
  for (const requirement of (await operation.alsoAuthorize?.(context, input)) ?? []) {
    const further = judge(context, requirement.action, requirement.target, own, asking);
    if (further.decision.outcome !== "allowed") note(further);
    refuseUnlessAllowed(context, operation, requirement.target, told(further, requirement.target));
  }

  /** What the caller may know of a judgement; the log has it whole. */
  function told(judged: Judgement, { toStrangers }: Target): Judgement {
    if (
      judged.decision.outcome === "allowed" ||
      toStrangers === undefined ||
      !isStranger(judged.asked)
    )
      return judged;
    return judge(context, judged.asked.action, toStrangers, own, asking);
  }
}

function judge(
  { caller, now, settings }: OperationContext,
  action: string,
  target: Target,
  own: ConditionKeys,
  { request, organizationId }: Asking,
): Judgement {
  const resourceAccount = target.account ?? caller.account;
  const asked = {
    principal: caller.principal,
    action,
    resource: target.arn,
    resourceAccount,
    policies: {
      ...caller.policies,
      ...(target.resourcePolicies ? { resource: target.resourcePolicies } : {}),
    },
    context: conditionKeys(caller, {
      now,
      sourceIp: request.sourceIp,
      userAgent: header(request.signed, "user-agent"),
      referer: header(request.signed, "referer"),
      secureTransport: settings.issuer.startsWith("https:"),
      region: settings.region,
      resourceAccount,
      resourceTags: target.tags ?? [],
      own,
      organizationId,
    }),
  };
  // A password that must be changed: whoever signed in with it can do that and nothing else.
  const mustChange = caller.session?.passwordChangeOnly && action !== "iam:ChangePassword";
  if (mustChange)
    return { asked, decision: { outcome: "implicitDeny", missing: "session", statements: [] } };
  return { asked, decision: authorize(asked) };
}

function refuseUnlessAllowed(
  { caller, sealer }: OperationContext,
  { refusal }: AnyOperation,
  target: Target,
  { decision, asked }: Judgement,
): void {
  if (decision.outcome === "allowed") return;
  const { action } = asked;
  const encodedAuthorizationMessage = encodeAuthorizationMessage(sealer, {
    request: asked,
    decision,
    account: caller.account,
    userName: caller.userName,
    conditions: asked.context.entries(),
  });
  throw new ApiError(
    "AccessDenied",
    refusal ?? denialSentence(caller.principal, action, target.said ?? target.arn, decision),
    { encodedAuthorizationMessage },
  );
}

/** `aws:RequestTag/...` and `aws:TagKeys`, from the members that carry tags in every operation. */
function tagKeys(input: unknown): Record<string, string | readonly string[]> {
  const { Tags: tags, TagKeys: keys } = input as {
    Tags?: readonly { Key?: string; Value?: string }[];
    TagKeys?: readonly string[];
  };
  const named: Record<string, string | readonly string[]> = {};
  for (const { Key = "", Value = "" } of tags ?? []) named[`aws:RequestTag/${Key}`] = Value;
  const all = keys ?? tags?.map(({ Key = "" }) => Key);
  if (all !== undefined) named["aws:TagKeys"] = all;
  return named;
}

// JSON services answer it as `UnknownOperationException`.
function notOffered(service: Service, operation: string): ApiError {
  return new ApiError(
    "InvalidAction",
    `Could not find operation ${operation} for version ${service.version}`,
  );
}

/** Within every quota and still more than storage takes: very many long names in one record. */
const outgrown = ({ what, key }: TooLarge): ApiError =>
  new ApiError(
    "LimitExceeded",
    `The ${what} of ${key?.partition ?? "this request"} would be larger than can be kept: use fewer or shorter names.`,
  );

function wireError(error: unknown, requestId: string) {
  if (error instanceof ApiError)
    return { code: error.code, message: error.message, status: error.status, ...error.details };
  if (error instanceof StoreUnavailable) {
    return {
      code: "ServiceUnavailable",
      message: `The request has failed due to a temporary failure of the server. (${requestId})`,
      status: 503,
    };
  }
  return {
    code: "InternalFailure",
    message: `The request processing has failed because of an unknown error. (${requestId})`,
    status: 500,
  };
}

const header = (request: SignedRequest, name: string): string | undefined =>
  request.headers.find(([given]) => given.toLowerCase() === name)?.[1];
