import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";

const certificate = (name: string) =>
  readFileSync(new URL(`../vectors/certificates/${name}.pem`, import.meta.url), "utf8");

/** PEM of a test certificate and its private key; see `test/vectors/certificates`. */
export const keyPair = (name: string) => ({
  cert: certificate(name),
  key: certificate(`${name}-key`),
});

export const thumbprintOf = (name: string): string =>
  new X509Certificate(certificate(name)).fingerprint.replaceAll(":", "").toLowerCase();

export interface LoopbackServer {
  readonly url: string;
  readonly requests: string[];
  /** What it serves; may be changed while it runs. */
  serve: RequestListener;
  stop(): Promise<void>;
}

/**
 * An https server on loopback, with the chain of its certificate; `host` is the name that it is
 * called by.
 */
export async function loopbackServer(
  serve: RequestListener,
  options: { readonly certificate?: string; readonly port?: number } = {},
): Promise<LoopbackServer> {
  const { cert, key } = keyPair(options.certificate ?? "localhost");
  const requests: string[] = [];
  const server: Server = createServer(
    { cert: `${cert}\n${certificate("authority")}`, key },
    (request, response) => {
      requests.push(request.url ?? "");
      running.serve(request, response);
    },
  );
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const running: LoopbackServer = {
    url: `https://localhost:${port}`,
    requests,
    serve,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
  return running;
}
