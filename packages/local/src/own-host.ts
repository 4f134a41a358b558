import type { IncomingMessage } from "node:http";

/**
 * Whether a request's `Host` names this server: a loopback address or a name below `localhost`,
 * with the server's port. A page whose name resolves to 127.0.0.1 (DNS rebinding) has its own name
 * there.
 * @param allowed additional hosts with their port, of containers or a proxy in front
 */
export function isOwnHost(request: IncomingMessage, allowed: readonly string[]): boolean {
  const host = request.headers.host?.toLowerCase() ?? "";
  if (allowed.includes(host)) return true;
  const [, name = "", port = "80"] = /^(\[[0-9a-f:]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(host) ?? [];
  if (Number(port) !== request.socket.localPort) return false;
  return LOOPBACK.has(name) || /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.localhost$/.test(name);
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** The hosts in `PORTCULLIS_HOSTS`, separated by commas, such as `host.docker.internal:4000`. */
export const allowedHosts = ({ PORTCULLIS_HOSTS: hosts = "" }: NodeJS.ProcessEnv): string[] =>
  hosts
    .toLowerCase()
    .split(",")
    .map((host) => host.trim())
    .filter((host) => host !== "");
