import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { protectExpress } from "@portcullis/authorizer/express";
import express from "express";
import { notesService } from "../authorizer/http-servers.ts";
import { ownAuthorizer, ownInstallation, ROOT } from "../support/own-authorizer.ts";
import { signHeader } from "../support/wire-signer.ts";
import { quantile } from "./spread.ts";

const REQUESTS = 3_000;
const WARM_UP = 500;

/** What the middleware adds to a request of an Express app, with the engine, over loopback. */
export async function run(): Promise<void> {
  const installation = await ownInstallation();
  const authorizer = ownAuthorizer(installation, {
    reader: installation.reader(),
    service: notesService,
  });
  const app = express();
  app.get("/open/:noteId", (_, response) => {
    response.json({});
  });
  app.use(
    protectExpress({
      service: notesService,
      authorizer: () => ({ authorizer, region: "us-east-1" }),
    }),
  );
  app.get("/notes/:noteId", (_, response) => {
    response.json({});
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { headers } = signHeader(host, ROOT, { path: "/notes/1" });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const taken = { open: [] as number[], protected: [] as number[] };
    // Taken in turns, so that both meet the same load of the machine.
    for (let at = 0; at < REQUESTS + WARM_UP; at++) {
      const open = await milliseconds(host, "/open/1", headers, agent);
      const guarded = await milliseconds(host, "/notes/1", headers, agent);
      if (at < WARM_UP) continue;
      taken.open.push(open);
      taken.protected.push(guarded);
    }
    const decisions = authorizer.lines.slice(-REQUESTS).map((line) => line.milliseconds ?? 0);
    const p50 = (of: readonly number[]) => quantile(of, 0.5);
    const [open, guarded] = [p50(taken.open), p50(taken.protected)];
    console.log(
      `  an Express app                     p50 ${open.toFixed(2)} ms open, ${guarded.toFixed(2)} protected: ${(guarded - open).toFixed(2)} ms more, of them ${p50(decisions).toFixed(2)} for the decision with its read (n=${REQUESTS})`,
    );
  } finally {
    agent.destroy();
    server.close();
    await installation.stop();
  }
}

function milliseconds(
  host: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  agent: Agent,
): Promise<number> {
  const [hostname, port] = host.split(":");
  const started = performance.now();
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers, agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume().on("end", () => resolve(performance.now() - started));
    })
      .on("error", reject)
      .end();
  });
}
