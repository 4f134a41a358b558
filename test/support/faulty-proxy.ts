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

export interface ProxyRules {
  /** The fault of a request that the plan has none for. */
  readonly before?: (request: { readonly target: string; readonly body: string }) => Fault;
  /** Replaces the engine's answer. */
  readonly after?: (request: { readonly target: string }, answer: string) => Fault | undefined;
}

/**
 * Stands between a client and an engine. `plan` is used up request by request; afterwards
 * everything passes that the rules let pass.
 */
export async function faultyProxy(endpoint: string, rules: ProxyRules = {}) {
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
    const target = String(incoming.headers["x-amz-target"]);
    const fault = plan.shift() ?? rules.before?.({ target, body }) ?? { kind: "pass" };
    if (fault.kind === "answer") return refuse(outgoing, fault);
    if (fault.kind === "slow") await new Promise((wait) => setTimeout(wait, fault.milliseconds));
    const answer = await passOn(endpoint, incoming, body);
    const instead = rules.after?.({ target }, answer.body);
    if (instead?.kind === "answer") return refuse(outgoing, instead);
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

function refuse(
  outgoing: ServerResponse,
  { status, body }: Extract<Fault, { readonly kind: "answer" }>,
): void {
  outgoing.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(body);
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
