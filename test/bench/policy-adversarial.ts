// Patterns made to be slow, in doubling sizes: `node test/bench/policy-adversarial.ts`. Each time
// is the best of five decisions of one policy; linear matching doubles it from line to line.
import { authorize, compilePolicy, parsePolicy } from "../../packages/policy/src/index.ts";

const SHAPES: { readonly [name: string]: (n: number) => [pattern: string, text: string] } = {
  "*a...ab*": (n) => [`*${"a".repeat(n)}b*`, "a".repeat(2 * n)],
  "*ba...a*": (n) => [`*b${"a".repeat(n)}*`, "a".repeat(2 * n)],
  "*a*a*...b": (n) => [`*${"a*".repeat(n / 2)}b*`, "a".repeat(2 * n)],
  "*aaab*aaab*...": (n) => [`*${"aaab*".repeat(n / 5)}`, "a".repeat(2 * n)],
  "*a?a?...b* (up to the step limit)": (n) => [`*${"a?".repeat(n / 2)}b*`, "a".repeat(2 * n)],
};
const PRINCIPAL = {
  type: "User",
  account: "111122223333",
  arn: "arn:aws:iam::111122223333:user/bob",
  userId: "AIDA",
} as const;

for (const [name, shape] of Object.entries(SHAPES)) {
  console.log(`\n${name}`);
  for (let n = 1000; n <= 32_000; n *= 2) {
    const [pattern, text] = shape(n);
    const request = {
      principal: PRINCIPAL,
      action: "s:Get",
      resource: `arn:aws:s:::${text}`,
      context: new Map(),
      policies: { identity: [compile(`arn:aws:s:::${pattern}`)] },
    };
    let best = Number.POSITIVE_INFINITY;
    let exceeded = false;
    for (let round = 0; round < 5; round++) {
      const started = process.cpuUsage();
      const decision = authorize(request);
      exceeded = decision.outcome === "implicitDeny" && decision.exceeded !== undefined;
      const { user, system } = process.cpuUsage(started);
      best = Math.min(best, (user + system) / 1000);
    }
    const end = exceeded ? ", ended by the step limit" : "";
    console.log(`  ${pattern.length} against ${text.length}: ${best.toFixed(2)} ms${end}`);
  }
}

function compile(Resource: string) {
  const statement = { Effect: "Allow", Action: "s:Get", Resource };
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statement });
  const parsed = parsePolicy(text, "identity");
  if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
  return compilePolicy(parsed.policy, { policyId: "slow", type: "identity-based" });
}
