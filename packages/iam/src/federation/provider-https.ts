import { type LookupAddress, lookup } from "node:dns";
import { request } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { TLSSocket } from "node:tls";
import { isPrivateAddress } from "./private-address.ts";
import { isPinned } from "./thumbprint.ts";

export interface ProviderAccess {
  /** SHA-1 thumbprints of certificates that are trusted besides the public authorities. */
  readonly thumbprints: readonly string[];
  /** Only for installations on one's own machine. */
  readonly privateAddresses: boolean;
}

export interface ProviderAnswer {
  readonly status: number;
  readonly body: string;
}

/** What a provider published could not be read. `reached`: it is there, and something about it is wrong. */
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
 * GET what an identity provider publishes: over https only, never to a private address unless allowed, never following a redirect.
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
    // Said before the connection is cut: the answer then breaks off, and would be heard of first.
    const giveUp = (fault: string) => {
      fail(new ProviderError(fault, { reached: true }));
      asked.destroy();
    };
    const asked = request(
      {
        host,
        port: url.port || 443,
        path: `${url.pathname}${url.search}`,
        headers: { accept: "application/json", host: url.host },
        // Connections are not kept: each is judged anew, and providers are asked seldom.
        agent: false,
        // Judged below: a pinned certificate need not lead to a known authority.
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
          giveUp("has a certificate that is neither trusted nor pinned");
          return;
        }
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          body += part;
          if (body.length > MAX_BYTES) giveUp("answers more than is sensible");
        });
        response.on("end", () => resolve({ status, body }));
        response.on("error", unreachable);
      },
    );
    asked.on("error", unreachable);
    asked.end();
  });
}

const reject = (message: string) => Promise.reject(new ProviderError(message, { reached: true }));

/** Name resolution that fails when any address of the name is private; the connection uses what was checked. */
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
