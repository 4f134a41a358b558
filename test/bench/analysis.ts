import {
  analyzeAccount,
  checkAccessNotGranted,
  checkNoNewAccess,
  checkNoPublicAccess,
  indexServices,
  lintPolicy,
  type Progress,
  whoCan,
} from "../../packages/analysis/src/index.ts";
import { largeAccount } from "../analysis/account.ts";
import { ORDERS } from "../analysis/services.ts";

/**
 * Policies of some 6 KB, as people write them: statements of a dozen services, conditions, a few
 * denies.
 */
function policy(seed: number, more: readonly object[] = []): string {
  const names = [
    "orders",
    "invoices",
    "carts",
    "stock",
    "refunds",
    "reports",
    "labels",
    "queues",
    "media",
    "search",
  ];
  const statements = names.flatMap((name, at) => [
    {
      Sid: `Read${name}`,
      Effect: "Allow",
      Action: [`${name}:Get*`, `${name}:List*`, `${name}:DescribeThing${at}`],
      Resource: [
        `arn:aws:${name}:*:111122223333:item/*`,
        `arn:aws:${name}:*:111122223333:list/${seed}`,
      ],
    },
    {
      Sid: `Write${name}`,
      Effect: "Allow",
      Action: ["Create", "Update", "Delete", "Tag"].map((verb) => `${name}:${verb}Item`),
      Resource: `arn:aws:${name}:us-east-1:111122223333:item/team-${seed}/*`,
      Condition: {
        StringEquals: { "aws:PrincipalTag/team": `team-${seed}` },
        Bool: { "aws:SecureTransport": "true" },
      },
    },
  ]);
  const denies = [
    {
      Effect: "Deny",
      Action: "*:Delete*".replace("*:", "orders:"),
      Resource: "arn:aws:orders:*:*:item/keep/*",
    },
    {
      Effect: "Deny",
      NotAction: ["orders:*", "invoices:*", ...names.map((name) => `${name}:*`)],
      Resource: "*",
    },
  ];
  return JSON.stringify({ Version: "2012-10-17", Statement: [...statements, ...denies, ...more] });
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;
}

function measure(name: string, work: () => unknown, rounds = 60): void {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Processor time: other processes of a busy machine do not count.
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  const first = times[0] ?? 0;
  process.stdout.write(
    `${name}: median ${median(times).toFixed(2)} ms, first ${first.toFixed(1)} ms, worst after it ${Math.max(...times.slice(1)).toFixed(1)} ms\n`,
  );
}

const repeat = (text: string, times: number) => text.repeat(times);

/** Pairs made to be hard: each must end, and soon. */
const HOSTILE: readonly (readonly [string, string, string])[] = [
  ["stars", `*${repeat("a*", 1500)}`, `*${repeat("*a", 1400)}b*`],
  ["k-th last", `*a${repeat("?", 40)}`, `*a${repeat("?", 41)}*b${repeat("?", 30)}`],
  ["infixes", repeat("*ab", 300), repeat("*ba", 300)],
];

export async function run(): Promise<void> {
  const services = indexServices([ORDERS]);
  const before = policy(1);
  const after = policy(1, [
    {
      Effect: "Allow",
      Action: "orders:ArchiveItem",
      Resource: "arn:aws:orders:*:111122223333:item/*",
    },
  ]);
  const narrower = policy(1).replace(/:item\/\*/, ":item/x*");
  process.stdout.write(`documents of ${before.length} and ${after.length} characters\n`);
  measure("lint", () => lintPolicy(before, { kind: "identity", services }));
  measure("no new access, PASS by a narrower pattern", () =>
    checkNoNewAccess([before], [narrower], { kind: "identity" }),
  );
  measure("no new access, PASS of the same", () =>
    checkNoNewAccess([before], [before], { kind: "identity" }),
  );
  measure("no new access, FAIL", () => checkNoNewAccess([before], [after], { kind: "identity" }));
  measure("no new access, unlike policies", () =>
    checkNoNewAccess([before], [policy(2)], { kind: "identity" }),
  );
  measure("access not granted, PASS", () =>
    checkAccessNotGranted([before], [{ actions: ["iam:PassRole"] }, { actions: ["kms:*"] }], {
      kind: "identity",
    }),
  );
  measure("access not granted, FAIL", () =>
    checkAccessNotGranted([before], [{ resources: ["arn:aws:media:*:*:item/team-1/x"] }], {
      kind: "identity",
    }),
  );
  const trust = before
    .replaceAll('"Effect":"Allow"', '"Effect":"Allow","Principal":{"AWS":"111122223333"}')
    .replaceAll('"Effect":"Deny"', '"Effect":"Deny","Principal":"*"');
  measure("no public access", () => checkNoPublicAccess([trust], { kind: "resource" }));
  for (const [name, one, other] of HOSTILE) {
    const statement = (part: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "orders:*", Resource: `arn:aws:orders:::${part}` },
      });
    const start = performance.now();
    const { result } = checkNoNewAccess([statement(one)], [statement(other)], { kind: "identity" });
    process.stdout.write(
      `hostile pair "${name}": ${result} after ${(performance.now() - start).toFixed(0)} ms\n`,
    );
  }
  measureAccount();
}

/** Findings and who-can over ten thousand principals, slice by slice. */
function measureAccount(): void {
  const account = largeAccount(9_000, 1_000);
  const services = indexServices([ORDERS]);
  const resource = "arn:aws:orders:us-east-1:111122223333:order/role-5/1";
  slices("findings over 10,000 principals", analyzeAccount(account, { services }));
  slices(
    "who can, of 10,000 principals",
    whoCan(account, { action: "orders:DeleteOrder", resource }),
  );
}

function slices(name: string, work: Generator<Progress, unknown>): void {
  const times: number[] = [];
  for (let done = false; !done; ) {
    const before = process.cpuUsage();
    done = work.next().done === true;
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  const memory = process.memoryUsage().rss / 1_048_576;
  const seconds = times.reduce((sum, time) => sum + time, 0) / 1000;
  process.stdout.write(
    `${name}: ${seconds.toFixed(2)} s in ${times.length} slices, the longest ${Math.max(...times).toFixed(0)} ms; ${memory.toFixed(0)} MB\n`,
  );
}
