import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

/** What happens to one request: it is passed on, or one of the faults of networks and servers. */
export type Fault =
  | { readonly kind: "pass" }
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** The engine makes the change, and its answer never arrives. */
  | { readonly kind: "lose answer" }
  /** As before, and the connection stays open without a word. */
  | { readonly kind: "hang" }
  | { readonly kind: "cut"; readonly afterBytes: number }
  | { readonly kind: "answer"; readonly status: number; readonly body: string };

/**
 * Stands between a client and an engine. `plan` is used up request by request; afterwards
 * everything passes.
 */
export async function faultyProxy(endpoint: string) {
  const plan: Fault[] = [];
  const requests: {
    readonly target: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
  }[] = [];

  const server = createServer(async (incoming, outgoing) => {
    const body = await textOf(incoming);
    requests.push({
      target: String(incoming.headers["x-amz-target"]),
      headers: incoming.headers,
      body,
    });
    const fault = plan.shift() ?? { kind: "pass" };
    if (fault.kind === "answer") {
      outgoing
        .writeHead(fault.status, { "content-type": "application/x-amz-json-1.0" })
        .end(fault.body);
      return;
    }
    if (fault.kind === "slow") await new Promise((wait) => setTimeout(wait, fault.milliseconds));
    const answer = await passOn(endpoint, incoming, body);
    if (fault.kind === "lose answer") outgoing.socket?.destroy();
    else if (fault.kind === "cut") cut(outgoing, answer, fault.afterBytes);
    else if (fault.kind === "hang") return;
    else outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    plan,
    requests,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

function passOn(endpoint: string, incoming: IncomingMessage, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onward = request(
      endpoint,
      { method: "POST", headers: incoming.headers, agent: false },
      async (response) => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: await textOf(response),
        });
      },
    );
    onward.on("error", reject).end(body);
  });
}

function cut(outgoing: ServerResponse, answer: Answer, afterBytes: number): void {
  outgoing.writeHead(answer.status, {
    ...answer.headers,
    "content-length": Buffer.byteLength(answer.body),
  });
  outgoing.write(answer.body.slice(0, afterBytes), () => outgoing.socket?.destroy());
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
