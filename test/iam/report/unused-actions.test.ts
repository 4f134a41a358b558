import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  createPortcullisClient,
  type PortcullisClient,
} from "@portcullis/control-api/portcullis-client";
import { DAY_MILLISECONDS, dayOf } from "@portcullis/iam/day";
import { droppedKey } from "@portcullis/iam/record/decision";
import { dynamoStore } from "@portcullis/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CREDENTIALS } from "../../support/engine.ts";
import { eventually } from "../../support/eventually.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { allow, deny, document } from "../../support/people.ts";
import { addUser } from "../../support/tenant.ts";

describe("the access report of one principal", () => {
  let at: TestInstallation;
  let client: PortcullisClient;
  beforeAll(async () => {
    at = await startInstallation();
    client = createPortcullisClient({ endpoint: at.local.controlUrl, credentials: at.root });
  });
  afterAll(() => at.stop());
  const unusedOf = async (resource: string, ObservedOnly = false) => {
    const PrincipalArn = `arn:aws:iam::${at.account}:${resource}`;
    return (await client.getAccessReport({ PrincipalArn, ObservedOnly })).UnusedActions;
  };

  test("lists what its policies allow and it did not use", async () => {
    const ana = await addUser(at.iam, "ana");
    const UserName = "ana";
    await at.iam.send(new CreateGroupCommand({ GroupName: "clerks" }));
    await at.iam.send(new AddUserToGroupCommand({ GroupName: "clerks", UserName }));
    const send = (PolicyDocument: string) =>
      at.iam.send(
        new PutGroupPolicyCommand({ GroupName: "clerks", PolicyName: "orders", PolicyDocument }),
      );
    await send(document(allow("orders:*"), deny("orders:DeleteOrder")));
    const unused = (action: string, level: string, isConditional = false) => ({
      Action: `orders:${action}`,
      AccessLevel: level,
      Conditional: isConditional,
    });
    const [create, get, list] = [
      unused("CreateOrder", "Write"),
      unused("GetOrder", "Read"),
      unused("ListOrders", "List"),
    ];
    expect(await unusedOf("user/ana")).toEqual([create, get, list]);

    await at.call(ana, "GET", "/orders/1");
    const remaining = await eventually(async () => {
      const found = await unusedOf("user/ana");
      return found?.length === 2 ? found : undefined;
    });
    expect(remaining).toEqual([create, list]);
    // What is used stays used where only observed denials are listed.
    expect(await unusedOf("user/ana", true)).toEqual([create, list]);

    const { Policy } = await at.iam.send(
      new CreatePolicyCommand({
        PolicyName: "no-writes",
        PolicyDocument: document(allow(["orders:Get*", "orders:List*"])),
      }),
    );
    await at.iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: Policy?.Arn }),
    );
    expect(await unusedOf("user/ana")).toEqual([list]);
  });

  test("tells what is allowed under conditions only", async () => {
    await addUser(at.iam, "bob");
    const Condition = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
    await at.iam.send(
      new PutUserPolicyCommand({
        UserName: "bob",
        PolicyName: "office",
        PolicyDocument: document({
          Effect: "Allow",
          Action: "orders:ListOrders",
          Resource: "*",
          Condition,
        }),
      }),
    );
    expect(await unusedOf("user/bob")).toEqual([
      { Action: "orders:ListOrders", AccessLevel: "List", Conditional: true },
    ]);
  });

  test("says nothing where counts of the period were dropped", async () => {
    const db = new DynamoDBClient({
      endpoint: at.local.dynamodbEndpoint,
      region: "us-east-1",
      credentials: CREDENTIALS,
    });
    const store = dynamoStore({ client: db, tableName: "portcullis" });
    const key = droppedKey(at.account, dayOf(Date.now() - 3 * DAY_MILLISECONDS));
    const data = { decisions: 1, events: 1, counts: 0 };
    const PrincipalArn = `arn:aws:iam::${at.account}:user/bob`;
    await store.transact([{ kind: "put", key, data, expect: "any" }]);
    const before = await client.getAccessReport({ PrincipalArn });
    expect(before).toMatchObject({ IsComplete: true, UnusedActions: [{}] });
    const dropped = { ...data, counts: 1 };
    await store.transact([{ kind: "put", key, data: dropped, expect: "any" }]);
    const after = await client.getAccessReport({ PrincipalArn });
    expect(after.IsComplete).toBe(false);
    expect(after.UnusedActions).toBeUndefined();
    const later = await client.getAccessReport({ PrincipalArn, Days: 2 });
    expect(later).toMatchObject({ IsComplete: true, UnusedActions: [{}] });
    db.destroy();
  });

  test("says nothing of the root user and of principals that do not exist", async () => {
    for (const resource of ["root", "user/nobody", "role/nobody"])
      expect(await unusedOf(resource)).toBeUndefined();
  });
});
