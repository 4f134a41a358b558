import { DescribeTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";
import { verifyOwnToken } from "@portcullis/iam/federation/own-token";
import { maintainSigningKeys } from "@portcullis/iam/federation/signing-keys";
import { issueSession } from "@portcullis/iam/issue-session";
import { webIdentityTokenOperations } from "@portcullis/iam/operation/web-identity-token";
import type { SigningKeysRecord } from "@portcullis/iam/record/signing-keys";
import type { SessionClaims } from "@portcullis/iam/session-claims";
import { openSession } from "@portcullis/iam/session-token";
import { DEFAULT_MEMBER_RATE, DEFAULT_QUOTAS } from "@portcullis/iam/settings";
import { recordsOf, type Store, type Write } from "@portcullis/iam/store";
import { unitOfWork } from "@portcullis/iam/unit-of-work";
import { startInstallation } from "../support/harness.ts";
import { memoryKeyRing } from "../support/memory-key-ring.ts";

const ACCOUNT = "100000000000";
const ROUNDS = 15;

/** Session tokens, tokens of our own, and what assuming roles costs in time and storage. */
export async function run(): Promise<void> {
  sessionTokens();
  await ownTokens();
  await assumingRoles(10_000);
}

function sessionTokens(): void {
  const sealer = memoryKeyRing();
  const now = Math.floor(Date.now() / 1000);
  const base: Omit<SessionClaims, "accessKeyId" | "secret"> = {
    kind: "AssumedRole",
    account: ACCOUNT,
    issuedAt: now,
    expiresAt: now + 3600,
    ownerId: "AROAAAAAAAAAAAAAAAAAA",
    name: "session",
  };
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: Array.from({ length: 12 }, (_, index) => ({
      Effect: "Allow",
      Action: `orders:Action${index}`,
      Resource: `arn:aws:orders:us-east-1:*:order/${index}*`,
    })),
  });
  const cases = { plain: base, "with a session policy of 1.5 KB": { ...base, policies: [policy] } };
  for (const [name, claims] of Object.entries(cases)) {
    const { AccessKeyId, SessionToken } = issueSession(
      sealer,
      { kind: "role", name: "reader" },
      claims,
    );
    report(
      `open a session token, ${name} (${SessionToken.length} bytes)`,
      () => openSession(sealer, SessionToken, AccessKeyId),
      5000,
    );
    report(
      `issue a session token, ${name}`,
      () => issueSession(sealer, { kind: "role", name: "reader" }, claims),
      2000,
    );
  }
}

async function ownTokens(): Promise<void> {
  const sealer = memoryKeyRing();
  const now = new Date();
  const store = memoryStore();
  await maintainSigningKeys({ store, sealer, managementAccount: ACCOUNT, now });
  const [stored] = await store.get([
    { account: ACCOUNT, partition: "signing-keys", sort: "record" },
  ]);
  const keys = stored?.data as SigningKeysRecord;
  await store.transact([
    {
      kind: "put",
      key: { account: ACCOUNT, partition: "web-identity-federation", sort: "record" },
      data: {},
      expect: "any",
    },
  ]);
  const settings = {
    managementAccount: ACCOUNT,
    region: "us-east-1",
    issuer: "https://issuer.example",
    quotas: DEFAULT_QUOTAS,
    memberRate: DEFAULT_MEMBER_RATE,
  };
  const principal = {
    type: "User" as const,
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/ann`,
    userId: "AIDAAAAAAAAAAAAAAAAAA",
  };
  const caller = {
    principal,
    account: ACCOUNT,
    accessKeyId: "AKIAEXAMPLE",
    policies: { identity: [] },
    tags: [],
  };
  for (const SigningAlgorithm of ["ES384", "RS256"]) {
    const ask = () =>
      webIdentityTokenOperations.GetWebIdentityToken.run(
        {
          account: ACCOUNT,
          caller,
          unit: unitOfWork(store),
          now,
          sealer,
          settings,
          requestId: "",
          sourceIp: "",
        },
        { Audience: ["orders"], SigningAlgorithm },
      );
    const { WebIdentityToken: token = "" } = await ask();
    await reportAsync(`sign a token of our own, ${SigningAlgorithm}`, ask, 100);
    await reportAsync(
      `verify a token of our own, ${SigningAlgorithm}`,
      () => verifyOwnToken(token, keys, { issuer: settings.issuer, audience: "orders", now }),
      300,
    );
  }
}

/** Real clients over real sockets; the table is counted before and after. */
async function assumingRoles(times: number): Promise<void> {
  const here = await startInstallation();
  const table = new DynamoDBClient({
    endpoint: here.local.dynamodbEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  try {
    const policy = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }],
    };
    const trust = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${here.account}:root` },
          Action: "sts:AssumeRole",
        },
      ],
    };
    await here.iam.send(new CreateUserCommand({ UserName: "ann" }));
    await here.iam.send(
      new PutUserPolicyCommand({
        UserName: "ann",
        PolicyName: "own",
        PolicyDocument: JSON.stringify(policy),
      }),
    );
    const { Role } = await here.iam.send(
      new CreateRoleCommand({
        RoleName: "reader",
        AssumeRolePolicyDocument: JSON.stringify(trust),
      }),
    );
    const { AccessKey } = await here.iam.send(new CreateAccessKeyCommand({ UserName: "ann" }));
    const sts: STSClient = here.stsAs({
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    });
    const before = await contents(table);
    const milliseconds: number[] = [];
    let left = times;
    const worker = async () => {
      while (left-- > 0) {
        const started = performance.now();
        await sts.send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "s1" }));
        milliseconds.push(performance.now() - started);
      }
    };
    const started = performance.now();
    await Promise.all(Array.from({ length: 8 }, worker));
    const perSecond = (times * 1000) / (performance.now() - started);
    const after = await contents(table);
    const sorted = milliseconds.sort((one, other) => one - other);
    say(
      `AssumeRole over the SDK, 8 at once: median ${(sorted[times >> 1] ?? 0).toFixed(1)} ms, ${perSecond.toFixed(0)} a second, client and server on one machine`,
    );
    say(
      `${times} AssumeRoles: ${before.items} items before, ${after.items} after; contents ${before.digest === after.digest ? "unchanged" : "CHANGED"}`,
    );
  } finally {
    table.destroy();
    await here.stop();
  }
}

async function contents(
  client: DynamoDBClient,
): Promise<{ readonly items: number; readonly digest: string }> {
  await client.send(new DescribeTableCommand({ TableName: "portcullis" }));
  const { Items: all = [] } = await client.send(
    new ScanCommand({ TableName: "portcullis", ConsistentRead: true }),
  );
  // What is learnt from the decision log (what was used when) is written in batches, by who reads
  // the log.
  const Items = all.filter(({ pk }) => !/#(?:key-usage|last-used|last-accessed)/.test(pk?.S ?? ""));
  return {
    items: Items.length,
    digest: Items.map((item) => JSON.stringify(Object.entries(item).sort()))
      .sort()
      .join(),
  };
}

/** The least store that signing keys and tokens need. */
function memoryStore(): Store {
  const records = new Map<string, { version: number; data: unknown }>();
  const nameOf = (key: { account: string; partition: string; sort: string }) =>
    `${key.account}#${key.partition}#${key.sort}`;
  const get: Store["get"] = async (keys) =>
    recordsOf(
      keys,
      keys.map((key) => {
        const found = records.get(nameOf(key));
        return found && { key, ...found };
      }),
    );
  const refuse = () => Promise.reject(new Error("not needed here"));
  return {
    get,
    snapshot: get,
    query: refuse,
    counters: refuse,
    countersOfAll: refuse,
    async transact(writes: readonly Write[]) {
      for (const write of writes) {
        if (write.kind === "put")
          records.set(nameOf(write.key), {
            version: (records.get(nameOf(write.key))?.version ?? 0) + 1,
            data: write.data,
          });
      }
    },
  } as Store;
}

function report(name: string, call: () => unknown, calls: number): void {
  for (let warm = 0; warm < calls; warm++) call();
  const rounds = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    for (let count = 0; count < calls; count++) call();
    return ((performance.now() - started) * 1000) / calls;
  });
  tell(name, rounds);
}

async function reportAsync(
  name: string,
  call: () => Promise<unknown>,
  calls: number,
): Promise<void> {
  for (let warm = 0; warm < calls; warm++) await call();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    for (let count = 0; count < calls; count++) await call();
    rounds.push(((performance.now() - started) * 1000) / calls);
  }
  tell(name, rounds);
}

function tell(name: string, microseconds: number[]): void {
  const sorted = microseconds.sort((one, other) => one - other);
  const [least = 0, median = 0, most = 0] = [sorted[0], sorted[ROUNDS >> 1], sorted.at(-1)];
  say(`${name}: ${median.toFixed(1)} µs (${least.toFixed(1)} to ${most.toFixed(1)})`);
}

const say = (text: string) => process.stdout.write(`${text}\n`);
