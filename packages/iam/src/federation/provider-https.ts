import { type LookupAddress, lookup } from "node:dns";
import { request } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { TLSSocket } from "node:tls";
import { isPrivateAddress } from "./private-address.ts";
import { isPinned } from "./thumbprint.ts";

/** How an identity provider may be reached. */
export interface ProviderAccess {
  /**
   * SHA-1 thumbprints of certificates that are trusted in addition to public certificate
   * authorities.
   */
  readonly thumbprints: readonly string[];
  /** Private addresses are allowed. Only a local installation sets it. */
  readonly privateAddresses: boolean;
}

/** The HTTP response of an identity provider. */
export interface ProviderAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * A provider's documents could not be read. `reached`: the provider responded, but something about
 * it is wrong.
 */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly reached: boolean;
  constructor(message: string, options: { readonly reached: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.reached = options.reached;
  }
}

const TIMEOUT_MILLISECONDS = 5000;
const MAX_BYTES = 512 * 1024;

/**
 * Fetches a document of an identity provider: over https only, without redirects, and not from
 * private addresses unless allowed.
 * @throws {ProviderError}
 */
export function getFromProvider(url: URL, access: ProviderAccess): Promise<ProviderAnswer> {
  if (url.protocol !== "https:") return reject("is not served over https");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!access.privateAddresses && isIP(host) && isPrivateAddress(host))
    return reject("has a private address");
  return new Promise((resolve, fail) => {
    const unreachable = (cause: unknown) =>
      fail(
        cause instanceof ProviderError
          ? cause
          : new ProviderError("cannot be reached", { reached: false, cause }),
      );
    // Rejects before it closes the connection, which emits an error of its own.
    const abort = (fault: string) => {
      fail(new ProviderError(fault, { reached: true }));
      outgoing.destroy();
    };
    const outgoing = request(
      {
        host,
        port: url.port || 443,
        path: `${url.pathname}${url.search}`,
        headers: { accept: "application/json", host: url.host },
        // Connections are not reused: requests are rare, and each connection is verified
        // separately.
        agent: false,
        // Verified below: a pinned certificate need not lead to a known authority.
        rejectUnauthorized: false,
        ...(isIP(host) ? {} : { servername: host }),
        ...(access.privateAddresses ? {} : { lookup: publicLookup }),
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      },
      (response) => {
        const { socket, statusCode: status = 0 } = response;
        if (
          !(socket instanceof TLSSocket) ||
          !(socket.authorized || isPinned(socket, host, access.thumbprints))
        ) {
          abort("has a certificate that is neither trusted nor pinned");
          return;
        }
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          body += part;
          if (body.length > MAX_BYTES) abort("answers more than is sensible");
        });
        response.on("end", () => resolve({ status, body }));
        response.on("error", unreachable);
      },
    );
    outgoing.on("error", unreachable);
    outgoing.end();
  });
}

const reject = (message: string) => Promise.reject(new ProviderError(message, { reached: true }));

/**
 * A lookup that fails if any address of the name is private. The connection uses the checked
 * addresses.
 */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const refused = addresses?.some(({ address }) => isPrivateAddress(address));
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) callback(error ?? new Error("no address"), "");
    else if (refused) callback(new ProviderError("has a private address", { reached: true }), "");
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
