import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * An address of this machine that nobody can guess, among the 16 million of 127.0.0.0/8. Only
 * 127.0.0.1 is there on macOS and the BSDs, where it is returned.
 */
export async function unguessableLoopback(platform: string = process.platform): Promise<string> {
  if (platform !== "linux" && platform !== "win32") return LOCALHOST;
  const host = ["127", randomInt(1, 255), randomInt(256), randomInt(1, 255)].join(".");
  try {
    await freePort(host);
    return host;
  } catch (error) {
    // A container may have less of 127.0.0.0/8 than Linux itself.
    if (error instanceof Error && "code" in error && error.code === "EADDRNOTAVAIL")
      return LOCALHOST;
    throw error;
  }
}

const LOCALHOST = "127.0.0.1";

/** A TCP port of `host` that is free now. Another process may take it before it is used: retry. */
export async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string")
    throw new Error("a TCP server without a port");
  return address.port;
}
