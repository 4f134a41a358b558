import { Agent, request } from "node:http";

/** One request, signed already, to be sent again and again. */
export interface Repeated {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Load {
  readonly requests: readonly Repeated[];
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Outcome {
  /**
   * Milliseconds from when each request was due to its whole answer, whether or not others before
   * it were late.
   */
  readonly latencies: readonly number[];
  /** How many answers of each HTTP status. */
  readonly statuses: Readonly<Record<string, number>>;
}

const TICK_MILLISECONDS = 2;

/** Sends at a steady pace, which slow answers do not slow down. */
export async function call({ requests, perSecond, seconds }: Load): Promise<Outcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const started = performance.now();
  const total = Math.floor(perSecond * seconds);
  const answers: Promise<void>[] = [];
  while (answers.length < total) {
    const due = started + (answers.length * 1000) / perSecond;
    if (performance.now() < due) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MILLISECONDS));
      continue;
    }
    const next = requests[answers.length % requests.length];
    if (next === undefined) throw new TypeError("nothing to send");
    answers.push(
      send(agent, next).then((status) => {
        latencies.push(performance.now() - due);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }),
    );
  }
  await Promise.all(answers);
  agent.destroy();
  return { latencies, statuses };
}

function send(agent: Agent, { url, method, headers, body }: Repeated): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request(url, { agent, method, headers: { ...headers } }, (response) => {
      response.resume().once("end", () => resolve(String(response.statusCode)));
    });
    outgoing.once("error", (error) => resolve(error.name));
    outgoing.end(body);
  });
}

// As a process of its own, so that what callers cost is not taken for what they wait.
process.on("message", (load: Load) => {
  void call(load).then((outcome) => process.send?.(outcome));
});
