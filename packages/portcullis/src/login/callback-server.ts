import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CommandFault } from "../command-fault.ts";

/** Where the browser brings the code. */
export interface CallbackServer {
  readonly redirectUri: string;
  /** @throws {CommandFault} if the person declines, or does nothing for the given time */
  readonly code: (milliseconds: number) => Promise<string>;
  readonly close: () => void;
}

const CALLBACK = "/oauth/callback";
const DONE = "/oauth/done";

/**
 * Listens on loopback for the browser's redirect (RFC 8252, 7.3). Only a request with the state
 * counts: what other pages send here is refused and changes nothing.
 * @param port 0: any free one
 */
export async function startCallbackServer(state: string, port: number): Promise<CallbackServer> {
  let settle: { resolve: (code: string) => void; reject: (error: Error) => void } | undefined;
  const received = new Promise<string>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Reported where it is awaited.
  received.catch(() => {});
  let isShown = true;
  let shown = (): void => {};
  const server = createServer((request, response) => {
    const { port: own } = server.address() as AddressInfo;
    // A page whose name was pointed to this machine has another host.
    if (request.headers.host !== `127.0.0.1:${own}` || request.method !== "GET")
      return answer(response, 403, "This address is for the sign-in of a command.");
    // By itself a target such as `//` is no URL. Behind an origin every path is one.
    const target = request.url?.startsWith("/") === true ? request.url : "/";
    const { pathname, searchParams } = new URL(`http://127.0.0.1${target}`);
    if (pathname === DONE) {
      response.once("close", () => shown());
      return answer(response, 200, "You are logged in. You can close this window.");
    }
    if (pathname !== CALLBACK || !isSame(searchParams.get("state") ?? "", state))
      return answer(response, 400, "This is not the answer to a login that was begun here.");
    const code = searchParams.get("code");
    if (code === null) {
      settle?.reject(new CommandFault("The login was declined in the browser."));
      return answer(response, 200, "The login was declined. You can close this window.");
    }
    settle?.resolve(code);
    isShown = false;
    // So that the code is not in the address bar any longer.
    response.writeHead(302, { ...HEADERS, location: DONE });
    response.end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new CommandFault(`Port ${port} is in use: choose another one by --port.`)
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    redirectUri: `http://127.0.0.1:${actual}${CALLBACK}`,
    async code(milliseconds) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new CommandFault("The login was not finished in the browser in time.")),
          milliseconds,
        );
      });
      return Promise.race([received, late]).finally(() => clearTimeout(timer));
    },
    close() {
      const end = () => {
        server.close();
        server.closeAllConnections();
      };
      if (isShown) return end();
      // The browser still fetches the last page.
      const timer = setTimeout(end, LAST_PAGE_MILLISECONDS);
      shown = () => {
        clearTimeout(timer);
        end();
      };
    },
  };
}

const LAST_PAGE_MILLISECONDS = 2_000;

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

function answer(response: ServerResponse<IncomingMessage>, status: number, text: string): void {
  response.writeHead(status, {
    ...HEADERS,
    "content-type": "text/plain; charset=utf-8",
    connection: "close",
  });
  response.end(`${text}\n`);
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
