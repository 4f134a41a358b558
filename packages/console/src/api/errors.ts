/** What went wrong with a call, as a panel shows it. */
export interface CallFailure {
  readonly kind: "denied" | "missing" | "unreachable" | "throttled" | "other";
  /** AWS's name of the error, such as `EntityAlreadyExists`. */
  readonly code: string;
  readonly message: string;
  readonly requestId?: string | undefined;
  /** Of a denial: the action and the resource that AWS's sentence names. */
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
}

interface ServiceError extends Error {
  readonly $metadata?: { readonly requestId?: string; readonly httpStatusCode?: number };
}

/**
 * AWS's codes for credentials that don't work any more: expired, revoked, or their owner deleted.
 */
const ENDED = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
]);

export const isExpired = (error: unknown): boolean =>
  error instanceof Error && ENDED.has(error.name);

const KINDS: Readonly<Record<string, CallFailure["kind"]>> = {
  AccessDenied: "denied",
  AccessDeniedException: "denied",
  NoSuchEntity: "missing",
  NoSuchEntityException: "missing",
  ResourceNotFoundException: "missing",
  Throttling: "throttled",
  ThrottlingException: "throttled",
  TooManyRequestsException: "throttled",
};

/** AWS's sentence: IAM UG/troubleshoot_access-denied. */
const SENTENCE =
  /is not authorized to perform: (\S+)(?: on resource: (.+?))? (?:because|with an explicit deny)/;

export function describeFailure(error: unknown): CallFailure {
  if (!(error instanceof Error)) return { kind: "other", code: "Error", message: String(error) };
  const { name, message, $metadata } = error as ServiceError;
  // `fetch` rejects with a TypeError when no answer comes.
  if ($metadata?.httpStatusCode === undefined && name === "TypeError")
    return {
      kind: "unreachable",
      code: name,
      message: "The control API can't be reached. Check the network, then try again.",
    };
  const [, action, resource] = SENTENCE.exec(message) ?? [];
  return {
    kind: KINDS[name] ?? "other",
    code: name.replace(/Exception$/, ""),
    message: message || name,
    requestId: $metadata?.requestId,
    action,
    resource: resource === undefined ? undefined : arnOf(resource, message),
  };
}

/** IAM says `user ana` of an entity that it names before it looks it up. */
function arnOf(resource: string, message: string): string {
  const [, type, name = ""] = /^(user|group|role|policy) (\S+)$/.exec(resource) ?? [];
  const [, account] = /^User: arn:aws:\w+::(\d{12}):/.exec(message) ?? [];
  if (name.startsWith("arn:")) return name;
  if (type !== undefined && account !== undefined) return `arn:aws:iam::${account}:${type}/${name}`;
  return /\s/.test(resource) ? "*" : resource;
}

/** The statement that would allow what was denied; undefined when the denial names no action. */
export function allowingStatement({ action, resource = "*" }: CallFailure): string | undefined {
  if (action === undefined) return undefined;
  return JSON.stringify({ Effect: "Allow", Action: action, Resource: resource }, null, 2);
}
