import type { Refusal } from "../refusal.ts";
import type { AuthorizedHttpRequest } from "./caller.ts";
import { createProtector, type ProtectionOptions } from "./protector.ts";

/** A handler of requests as the Fetch standard defines them. */
export type FetchHandler<Rest extends readonly unknown[]> = (
  request: Request,
  ...rest: Rest
) => Response | Promise<Response>;

export interface FetchProtectionChoices<Rest extends readonly unknown[]> {
  /**
   * The peer's address, from what the server passes beside the request. Absent: requests have no
   * `aws:SourceIp`, unless `trustForwardedFor` is set.
   */
  readonly sourceIp?: (request: Request, ...rest: Rest) => string | undefined;
}

const authorized = new WeakMap<object, AuthorizedHttpRequest>();

/**
 * A handler that authorizes each request before the given one gets it. Further arguments of the
 * server, such as Hono's bindings, are passed on.
 */
export function protectFetch<Rest extends readonly unknown[]>(
  handler: FetchHandler<Rest>,
  options: ProtectionOptions & FetchProtectionChoices<Rest>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const protect = createProtector(options);
  return async (request, ...rest) => {
    const asked = {
      method: request.method,
      ...addressOf(request),
      sourceIp: options.sourceIp?.(request, ...rest),
    };
    const admission = await protect(asked, (limit) => readCopy(request, limit));
    if (!admission.ok) return responseOf(admission.refusal);
    authorized.set(request, admission.authorized);
    return handler(request, ...rest);
  };
}

/**
 * The route, the caller and the body of a request that `protect` allowed. Hono's is `c.req.raw`.
 * @throws {TypeError} if the request did not pass through `protect`
 */
export function authorizedRequest(request: Request): AuthorizedHttpRequest {
  const found = authorized.get(request);
  if (found === undefined)
    throw new TypeError("the request was not authorized: wrap its handler in `protect`");
  return found;
}

/** Target and host. Frameworks read the path from the URL as it is, so it is not parsed again. */
function addressOf({ url, headers }: Request) {
  const [, scheme = "", authority = "", target = ""] =
    /^([a-z]+):\/\/([^/?#]*)(.*)$/s.exec(url) ?? [];
  const lines = [...headers];
  const hasHost = lines.some(([name]) => name === "host");
  return {
    target,
    headers: hasHost ? lines : [...lines, ["host", authority] as const],
    secureTransport: scheme === "https",
  };
}

/** Reads a copy: the handler reads the request itself. */
async function readCopy(request: Request, limit: number): Promise<Uint8Array | undefined> {
  if (request.body === null) return new Uint8Array();
  if (request.bodyUsed)
    throw new Error("the body was read before it was authorized: let `protect` come first");
  const reader = request.clone().body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    chunks.push(part.value);
    length += part.value.length;
    if (length > limit) {
      // Not awaited: a copy is cancelled only when the original is.
      void reader?.cancel();
      void request.body.cancel();
      return undefined;
    }
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

const responseOf = ({ statusCode, headers, body }: Refusal): Response =>
  new Response(body, { status: statusCode, headers });
