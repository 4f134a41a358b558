import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";
import type { ConsoleTest } from "./console.ts";

const NAMES = ["carlos", "dilara", "emre", "fatima", "george", "hana", "ivan", "julia"];

const document = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** An account as a small team has it, for screenshots. */
export async function seedAccount({ installation: { iam }, makeUser }: ConsoleTest): Promise<void> {
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
  await iam.send(new TagUserCommand({ UserName, Tags: [{ Key: "team", Value: "orders" }] }));
}
