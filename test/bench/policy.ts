import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { statementIndex } from "../../packages/policy/src/decide/statement-index.ts";
import { statementsByAction } from "../../packages/policy/src/decide/statements-by-action.ts";
import {
  authorize,
  type CompiledPolicy,
  compilePolicy,
  type Policy,
  parsePolicy,
} from "../../packages/policy/src/index.ts";
import { type Loaded, mistakes, PEERS } from "./policy-peers.ts";
import { digits, median, spread } from "./policy-statistics.ts";
import { makeWorkload, type Workload } from "./policy-workload.ts";

const SIZES = [
  ["W1", 10],
  ["W2", 100],
  ["W3", 1_000],
  ["W4", 10_000],
] as const;
const REQUESTS = 200;
const ROUNDS = 15;
const WARM_UP_MS = 300;

/**
 * Decisions per engine and workload, all engines in turn within each round, so that they share the
 * machine's moods. Times are of the processor, not of the clock: others may use the machine, too.
 * Alone: `node test/bench/policy.ts [W1 W2 W3 W4]`.
 */
export async function run(only: readonly string[] = []): Promise<void> {
  for (const [name, statements] of SIZES) {
    if (only.length > 0 && !only.includes(name)) continue;
    const workload = makeWorkload(name, statements, REQUESTS);
    console.log(`\n${name}: one policy of ${statements} statements, ${REQUESTS} requests`);
    reading(workload);
    await decisions(workload);
  }
}

interface Contestant {
  readonly name: string;
  readonly loaded: Loaded;
  /** Decisions in a turn. */
  readonly turn: number;
  /** µs a decision, one of each round. */
  readonly times: number[];
}

async function decisions(workload: Workload): Promise<void> {
  const contestants: Contestant[] = [];
  for (const { name, load } of PEERS) {
    const loaded = await load(workload);
    contestants.push({ name, loaded, turn: turnOf(loaded), times: [] });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { loaded, turn, times } of contestants) times.push(time(loaded, turn, round) * 1000);
  }
  const [first] = contestants;
  const own = median(first?.times ?? []);
  for (const { name, loaded, turn, times } of contestants) {
    const [low, high] = spread(times);
    const wrong = mistakes(loaded, workload.requests, Math.min(REQUESTS, turn));
    const ratio = `${digits(median(times) / own)} x`;
    console.log(
      `  ${name.padEnd(12)} ${digits(median(times)).padStart(8)} µs (${digits(low)} to ${digits(high)})` +
        ` ${ratio.padStart(10)}   load ${digits(loaded.loadMs)} ms   wrong ${wrong}`,
    );
  }
}

/** As many decisions as warm the engine up, and a part of them for a turn. */
function turnOf(loaded: Loaded): number {
  // What is made when a request first needs it is made.
  for (let index = 0; index < REQUESTS; index++) loaded.decide(index);
  const until = performance.now() + WARM_UP_MS;
  let count = 0;
  while (performance.now() < until) loaded.decide(count++ % REQUESTS);
  return Math.max(1, Math.min(10_000, Math.round(count / 10)));
}

/** ms a decision. */
function time(loaded: Loaded, turn: number, round: number): number {
  const started = cpuMs();
  for (let i = 0; i < turn; i++) loaded.decide((i + round) % REQUESTS);
  return (cpuMs() - started) / turn;
}

/** What the process has used of processors so far. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function reading({ document, requests }: Workload): void {
  const text = JSON.stringify(document);
  const parse: number[] = [];
  const compile: number[] = [];
  const first: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = cpuMs();
    const policy = read(text);
    const between = cpuMs();
    const compiled = compilePolicy(policy, { policyId: "bench", type: "identity-based" });
    // What is made when a request first needs it counts, too.
    compiled.index ??= statementIndex(compiled.statements);
    const done = cpuMs();
    for (const { request } of requests) {
      statementsByAction(compiled, request.action, { stepsLeft: 1_000_000 });
    }
    parse.push(between - started);
    compile.push(done - between);
    first.push((cpuMs() - done) / new Set(requests.map(({ request }) => request.action)).size);
  }
  console.log(
    `  parsing ${digits(text.length / 1024)} KB ${figure(parse)}, compiling ${figure(compile)}, and once for each action ${figure(first)}`,
  );
  if (document.Statement.length < 1000) return;
  console.log(`  memory ${Math.round(bytesAStatement(text, requests))} bytes a compiled statement`);
}

function read(text: string): Policy {
  const parsed = parsePolicy(text, "identity");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues[0]));
  return parsed.policy;
}

/** What a compiled policy keeps once it has decided all requests, what was read of it included. */
function bytesAStatement(text: string, requests: Workload["requests"]): number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const kept: CompiledPolicy[] = [];
  collect();
  collect();
  const before = process.memoryUsage().heapUsed;
  // Several, lest what the machine does by itself count for much.
  for (let copy = 0; copy < 10; copy++) {
    const compiled = compilePolicy(read(text), { policyId: "bench", type: "identity-based" });
    for (const { request } of requests) {
      const context = new Map(Object.entries(request.context));
      authorize({ ...request, context, policies: { identity: [compiled] } });
    }
    kept.push(compiled);
  }
  collect();
  collect();
  const statements = kept.reduce((sum, policy) => sum + policy.statements.length, 0);
  return (process.memoryUsage().heapUsed - before) / statements;
}

function figure(times: readonly number[]): string {
  const [low, high] = spread(times);
  return `${digits(median(times))} ms (${digits(low)} to ${digits(high)})`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run(process.argv.slice(2));
