import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
} from "@aws-sdk/client-iam";
import { GetFederationTokenCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { credentialsOf, startInstallation, type TestInstallation } from "../support/harness.ts";
import { allow, deny, document, user } from "../support/people.ts";

let here: TestInstallation;
beforeAll(async () => {
  here = await startInstallation();
});
afterAll(() => here.stop());

const policy = async (PolicyName: string, ...statements: readonly object[]) => {
  const made = await here.iam.send(
    new CreatePolicyCommand({ PolicyName, PolicyDocument: document(...statements) }),
  );
  return made.Policy?.Arn;
};

it("lets a session do nothing when a policy that it was made with is gone: it may be the one that denied", async () => {
  const owner = await user(here, "owner", allow("*"));
  const PolicyArns = [
    { arn: await policy("all", allow("*")) },
    { arn: await policy("no-orders", deny("orders:*")) },
  ];
  const { Credentials } = await here
    .stsAs(owner)
    .send(new GetFederationTokenCommand({ Name: "fed", PolicyArns }));
  const session = credentialsOf(Credentials);
  const statuses = async () => [
    (await here.call(session, "GET", "/whoami")).status,
    (await here.call(session, "GET", "/orders")).status,
  ];
  expect(await statuses()).toEqual([200, 403]);
  await here.iam.send(new DeletePolicyCommand({ PolicyArn: PolicyArns[1]?.arn }));
  expect(await statuses()).toEqual([403, 403]);
  // What takes its name may deny as well, and is never overlooked.
  await policy("no-orders", deny("*"));
  expect(await statuses()).toEqual([403, 403]);
});

it("decides for a user who has all that the quotas allow", async () => {
  const many = await user(here, "many", allow("orders:ListOrders"));
  for (let g = 0; g < 10; g++) {
    await here.iam.send(new CreateGroupCommand({ GroupName: `group-${g}` }));
    await here.iam.send(new AddUserToGroupCommand({ GroupName: `group-${g}`, UserName: "many" }));
    for (let p = 0; p < 10; p++) {
      const last = g === 9 && p === 9;
      const PolicyArn = await policy(
        `p-${g}-${p}`,
        last ? deny("orders:GetOrder") : allow("orders:GetOrder"),
      );
      await here.iam.send(new AttachGroupPolicyCommand({ GroupName: `group-${g}`, PolicyArn }));
    }
  }
  expect((await here.call(many, "GET", "/orders")).status).toBe(200);
  expect((await here.call(many, "GET", "/orders/1")).status).toBe(403);
  expect(here.decisions.at(-1)).toMatchObject({
    outcome: "explicitDeny",
    statements: ["arn:aws:iam::100000000000:policy/p-9-9#0"],
  });
}, 60_000);
