import { expect, test } from "vitest";
import { authorize, compilePolicy, parsePolicy } from "../../packages/policy/src/index.ts";

const BOB = {
  type: "User",
  account: "111122223333",
  arn: "arn:aws:iam::111122223333:user/bob",
  userId: "AIDA",
} as const;

/**
 * Documents made to be slow: eight times the length may take no more than about eight times as
 * long. Generous, because the machine has moods; a square would be sixty-four times.
 */
const SHAPES: { readonly [name: string]: (n: number) => readonly object[] } = {
  "many actions and many resources in each of few statements": (n) =>
    Array.from({ length: 20 }, (_, s) => ({
      Effect: "Allow",
      Action: Array.from({ length: n / 40 }, (_, i) => `a:B${s}x${i}`),
      Resource: Array.from({ length: n / 40 }, (_, i) => `arn:aws:a:::r/${i}`),
    })),
  "one resource, many actions": (n) =>
    Array.from({ length: n }, (_, i) => ({ Effect: "Allow", Action: `a:B${i}`, Resource: "*" })),
  "one action, many resources": (n) =>
    Array.from({ length: n }, (_, i) => ({
      Effect: "Allow",
      Action: "a:B",
      Resource: `arn:aws:a:::r/${i}`,
    })),
  "NotAction everywhere": (n) =>
    Array.from({ length: n }, (_, i) => ({ Effect: "Deny", NotAction: `a:B${i}`, Resource: "*" })),
  "beginnings of one another": (n) => [
    {
      Effect: "Allow",
      Action: "*",
      Resource: Array.from({ length: n / 50 }, (_, i) => `arn:aws:a:::${"r".repeat(i % 200)}*`),
    },
  ],
  "conditions with many values": (n) => [
    {
      Effect: "Allow",
      Action: "*",
      Resource: "*",
      Condition: { StringEquals: { "a:b": Array.from({ length: n }, (_, i) => `v${i}`) } },
    },
  ],
  "unclosed variables": (n) => [
    { Effect: "Allow", Action: "*", Resource: `arn:aws:a:::${"${".repeat(n)}` },
  ],
  "backslashes and quotes": (n) => [
    { Effect: "Allow", Action: "*", Resource: `arn:aws:a:::${'\\"'.repeat(n)}` },
  ],
  "many keys in one operator": (n) => [
    {
      Effect: "Allow",
      Action: "*",
      Resource: "*",
      Condition: {
        StringEquals: Object.fromEntries(Array.from({ length: n }, (_, i) => [`a:k${i}`, "v"])),
      },
    },
  ],
};

test.each(Object.entries(SHAPES))("compiling is linear: %s", (_, shape) => {
  const time = (n: number) => {
    const text = JSON.stringify({ Version: "2012-10-17", Statement: shape(n) });
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round++) {
      const started = cpuMilliseconds();
      const parsed = parsePolicy(text, "identity");
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues[0]));
      const policy = compilePolicy(parsed.policy, { policyId: "linear", type: "identity-based" });
      // What is made when a request first needs it is part of it.
      for (const action of ["a:B", "a:B1", "a:B0x1"]) {
        const asked = { principal: BOB, action, resource: "arn:aws:a:::r/1", context: new Map() };
        authorize({ ...asked, policies: { identity: [policy] } });
      }
      best = Math.min(best, cpuMilliseconds() - started);
    }
    return best;
  };
  time(2000);
  const small = time(2000);
  expect(time(16_000)).toBeLessThan(Math.max(small, 1) * 30);
});

test("a large policy is searched, not scanned", () => {
  const policyOf = (n: number) => {
    const statements = Array.from({ length: n }, (_, i) => ({
      Effect: i % 10 === 0 ? "Deny" : "Allow",
      Action: [`a:Get${i % 7}*`, `a:Put${i % 5}`],
      Resource: [
        `arn:aws:a:us-east-1:111122223333:tenant-${i}/*`,
        `arn:aws:a:*:111122223333:tenant-${i}/x`,
      ],
    }));
    const parsed = parsePolicy(
      JSON.stringify({ Version: "2012-10-17", Statement: statements }),
      "identity",
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues[0]));
    return compilePolicy(parsed.policy, { policyId: "large", type: "identity-based" });
  };
  const time = (n: number) => {
    const policies = { identity: [policyOf(n)] };
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 10; round++) {
      const started = cpuMilliseconds();
      for (let i = 0; i < 1000; i++) {
        const resource = `arn:aws:a:us-east-1:111122223333:tenant-${i % n}/x/7`;
        authorize({
          principal: BOB,
          action: "a:Get3Order",
          resource,
          context: new Map(),
          policies,
        });
      }
      best = Math.min(best, cpuMilliseconds() - started);
    }
    return best;
  };
  time(10);
  expect(time(10_000)).toBeLessThan(time(10) * 25);
});

/** The process's own time, which other work on the machine does not lengthen. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
