import * as iam from "@aws-sdk/client-iam";
import { startEngine } from "@portcullis/local/engine";
import { expect, test } from "vitest";
import { faultyProxy } from "../support/faulty-proxy.ts";
import { startInstallation } from "../support/harness.ts";
import { addUser } from "../support/tenant.ts";

const MOST_BYTES = 4 * 1024 * 1024;
const VALIDATION = JSON.stringify({
  __type: "com.amazon.coral.validate#ValidationException",
  message: "The aggregate size of the items in the transaction is too large.",
});
/** Within the quota, which does not count white space. */
const document = (action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: action, Resource: "*" },
  }) + " ".repeat(125_000);
const GROUPS = 4;
const POLICIES = 10;

test("documents that exceed 4 MB together are read in several snapshots", async () => {
  const engine = await startEngine({ dataFile: ":memory:" });
  let refused = 0;
  const proxy = await faultyProxy(engine.endpoint, {
    after({ target }, answer) {
      if (!target.endsWith("TransactGetItems") || answer.length <= MOST_BYTES) return undefined;
      refused++;
      return { kind: "answer", status: 400, body: VALIDATION };
    },
  });
  const installation = await startInstallation({ dynamodbEndpoint: proxy.endpoint });
  try {
    const { iam: client, call } = installation;
    const caller = await addUser(client, "caller");
    const put = async (group: number, policy: number, action: string) => {
      const { Policy } = await client.send(
        new iam.CreatePolicyCommand({
          PolicyName: `policy-${group}-${policy}`,
          PolicyDocument: document(action),
        }),
      );
      await client.send(
        new iam.AttachGroupPolicyCommand({ GroupName: `group-${group}`, PolicyArn: Policy?.Arn }),
      );
    };
    for (let group = 0; group < GROUPS; group++) {
      const GroupName = `group-${group}`;
      await client.send(new iam.CreateGroupCommand({ GroupName }));
      await client.send(new iam.AddUserToGroupCommand({ GroupName, UserName: "caller" }));
      for (let policy = 0; policy < POLICIES; policy++) await put(group, policy, "orders:Nothing");
    }
    expect((await call(caller, "GET", "/orders")).status).toBe(403);
    expect(refused).toBeGreaterThan(0);

    const GroupName = `group-${GROUPS - 1}`;
    const PolicyArn = `arn:aws:iam::${installation.account}:policy/policy-${GROUPS - 1}-9`;
    await client.send(new iam.DetachGroupPolicyCommand({ GroupName, PolicyArn }));
    await put(GROUPS - 1, POLICIES, "orders:ListOrders");
    expect((await call(caller, "GET", "/orders")).status).toBe(200);
  } finally {
    await installation.stop();
    proxy.stop();
    await engine.stop();
  }
}, 60_000);
