import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  type IAMClient,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";
import type { ConsoleTest } from "./console.ts";

const NAMES = ["carlos", "dilara", "emre", "fatima", "george", "hana", "ivan", "julia"];

const document = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** An account as a small team has it, for screenshots. */
export async function seedAccount({
  installation: { iam, account },
  makeUser,
}: ConsoleTest): Promise<void> {
  await makeUser("ana");
  await makeUser("ben");
  for (const UserName of NAMES)
    await iam.send(new CreateUserCommand({ UserName, Path: "/engineering/" }));
  const policy = async (PolicyName: string, PolicyDocument: string) => {
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
    return Policy?.Arn;
  };
  const reader = await policy(
    "OrdersReader",
    document(
      { Effect: "Allow", Action: ["orders:GetOrder", "orders:ListOrders"], Resource: "*" },
      {
        Effect: "Deny",
        Action: "orders:DeleteOrder",
        Resource: "*",
        Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } },
      },
    ),
  );
  const boundary = await policy(
    "EngineeringBoundary",
    document(
      { Effect: "Allow", Action: "orders:Get*", Resource: "*" },
      { Effect: "Allow", Action: "iam:*", Resource: "*" },
    ),
  );
  await iam.send(new CreateGroupCommand({ GroupName: "engineering" }));
  await iam.send(new AttachGroupPolicyCommand({ GroupName: "engineering", PolicyArn: reader }));
  for (const UserName of ["ana", ...NAMES])
    await iam.send(new AddUserToGroupCommand({ GroupName: "engineering", UserName }));
  const UserName = "ana";
  await iam.send(
    new AttachUserPolicyCommand({
      UserName,
      PolicyArn: "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
    }),
  );
  await iam.send(
    new PutUserPolicyCommand({
      UserName,
      PolicyName: "own-keys",
      PolicyDocument: document({
        Effect: "Allow",
        Action: ["iam:CreateAccessKey", "iam:UpdateAccessKey"],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
        Resource: "arn:aws:iam::*:user/${aws:username}",
      }),
    }),
  );
  await iam.send(
    new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: boundary }),
  );
  await iam.send(new CreateAccessKeyCommand({ UserName }));
  await seedRoles(iam, account);
  await iam.send(new TagUserCommand({ UserName, Tags: [{ Key: "team", Value: "orders" }] }));
}

/** Roles for people and for a provider's workflows, and the provider. */
async function seedRoles(iam: IAMClient, account: string): Promise<void> {
  const { OpenIDConnectProviderArn: provider } = await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: "https://token.actions.githubusercontent.com",
      ClientIDList: ["sts.amazonaws.com"],
    }),
  );
  const trusts = {
    auditor: {
      Principal: { AWS: `arn:aws:iam::${account}:user/ana` },
      Action: "sts:AssumeRole",
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    },
    deploy: {
      Principal: { Federated: provider },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
        StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/orders:*" },
      },
    },
    partner: {
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "sts:ExternalId": "acme-7" } },
    },
  };
  for (const [RoleName, trust] of Object.entries(trusts))
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: document({ Effect: "Allow", ...trust }),
      }),
    );
  await iam.send(
    new AttachRolePolicyCommand({
      RoleName: "auditor",
      PolicyArn: "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
    }),
  );
  await iam.send(
    new CreatePolicyVersionCommand({
      PolicyArn: `arn:aws:iam::${account}:policy/OrdersReader`,
      SetAsDefault: true,
      PolicyDocument: document(
        { Effect: "Allow", Action: "orders:*", Resource: "*" },
        { Effect: "Deny", Action: "orders:DeleteOrder", Resource: "*" },
      ),
    }),
  );
}
