import { parentPort, workerData } from "node:worker_threads";
import { authorize } from "@portcullis/policy";
import { createPolicySource } from "../../packages/authorizer/src/policies/policy-source.ts";

/**
 * In a thread of its own, whose memory its maker bounds: sessions of many roles, each with large
 * policies that are its alone.
 */
const account = "123456789012";
const accountRecord = {
  key: { account, partition: "account", sort: "-" },
  version: 1,
  data: { id: account, status: "ACTIVE", groups: {} },
};
const reader = { get: async () => [], snapshot: async () => [accountRecord] };
const source = createPolicySource();

const bucket = (role: number, at: number) => `arn:aws:s3:::${role}-bucket-${at}/*`;
const documentOf = (role: number) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: Array.from({ length: 100 }, (_, at) => ({
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: bucket(role, at),
    })),
  });

async function mayRead(role: number, other: number): Promise<boolean> {
  const id = `AROA${role}`;
  const principal = {
    type: "AssumedRole",
    account,
    arn: `arn:aws:sts::${account}:assumed-role/r${role}/s`,
    userId: `${id}:s`,
    roleArn: `arn:aws:iam::${account}:role/r${role}`,
    roleId: id,
  } as const;
  const inline = [{ name: "own", document: documentOf(role) }];
  const identity = {
    accessKeyId: `ASIA${role}`,
    account,
    accountRecord,
    principalRecord: {
      type: "Role",
      role: { account, name: `r${role}`, id, path: "/", tags: [], attached: [], inline },
      owner: { kind: "role", name: `r${role}` },
      key: { account, partition: `role/r${role}`, sort: "record" },
      version: 1,
    },
    claims: { kind: "AssumedRole", secret: `secret-${role}` },
  };
  const policies = await source.applicable(reader as never, identity as never);
  const resource = bucket(other, role % 100).replace("*", "object");
  return (
    authorize({ principal, action: "s3:GetObject", resource, context: new Map(), policies })
      .outcome === "allowed"
  );
}

const wrong: number[] = [];
const { roles } = workerData as { readonly roles: number };
for (let role = 0; role < roles; role++) {
  const [own, others] = [await mayRead(role, role), await mayRead(role, role + 1)];
  if (!own || others) wrong.push(role);
}
// What was given up meanwhile is made anew.
if (!(await mayRead(0, 0)) || (await mayRead(0, 1))) wrong.push(0);
parentPort?.postMessage(wrong);
