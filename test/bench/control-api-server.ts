import { pathToFileURL } from "node:url";
import { ordersLocal } from "@portcullis/example-orders";
import { startLocal } from "@portcullis/local";
import { ROOT } from "../support/own-authorizer.ts";
import { type Served, serveSkeleton } from "./control-api-skeleton.ts";

/** What a server process is asked for. */
export type ServerRequest =
  | { readonly kind: "start"; readonly what: "own"; readonly dataDirectory: string }
  | { readonly kind: "start"; readonly what: "skeleton"; readonly endpoint: string }
  | { readonly kind: "processorTime" }
  | { readonly kind: "stop" };

export type ServerAnswer =
  | { readonly kind: "started"; readonly url: string; readonly endpoint: string }
  /** User and system time of this process until now, in microseconds. */
  | { readonly kind: "processorTime"; readonly microseconds: number };

async function start(request: ServerRequest & { kind: "start" }): Promise<Served> {
  if (request.what === "skeleton") return serveSkeleton(request.endpoint);
  const local = await startLocal(
    {
      port: 0,
      apiPort: 0,
      restPort: 0,
      dataDirectory: request.dataDirectory,
      dynamodbEndpoint: undefined,
      accountId: "100000000000",
      rootKey: ROOT,
      rootEmail: "root@localhost",
      rootPassword: "the root password of the benchmark, 1",
    },
    ordersLocal,
  );
  return { url: local.controlUrl, endpoint: local.dynamodbEndpoint, stop: () => local.stop() };
}

// A process of its own, so that its processor time is the server's alone.
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  let served: Served | undefined;
  const answer = (value: ServerAnswer) => process.send?.(value);
  process.on("message", async (request: ServerRequest) => {
    if (request.kind === "start") {
      served = await start(request);
      answer({ kind: "started", url: served.url, endpoint: served.endpoint });
    } else if (request.kind === "processorTime") {
      const { user, system } = process.cpuUsage();
      answer({ kind: "processorTime", microseconds: user + system });
    } else {
      await served?.stop();
      process.disconnect();
    }
  });
}
