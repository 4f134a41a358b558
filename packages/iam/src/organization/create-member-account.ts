import { makeUniqueId } from "../access-key-id.ts";
import { addRole, roleAsHolder } from "../entity/role.ts";
import type { OperationContext } from "../model/operation.ts";
import { addPolicyUse } from "../permission/policy-usage.ts";
import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "../record/account.ts";
import type { RoleRecord } from "../record/role.ts";
import { rootArn, rootKey } from "../record/root.ts";

const ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess";

/**
 * Creates a member account: its record, its root user (without a password or keys), and a role with
 * administrator access that trusts the management account.
 * @param context `context.account` is the new account
 */
export async function createMemberAccount(
  context: OperationContext,
  options: { readonly email: string; readonly accessRole: string; readonly trusts: string },
  membership: Pick<
    AccountRecord,
    "organizationId" | "organizationPath" | "serviceControlPolicies" | "attachmentGeneration"
  >,
): Promise<void> {
  const { account, unit, now } = context;
  const createdAt = now.toISOString();
  const record: AccountRecord = {
    id: account,
    status: "ACTIVE",
    createdAt,
    groups: {},
    listsByName: true,
    ...membership,
  };
  for (let copy = 0; copy < ACCOUNT_COPIES; copy++) unit.put(accountKey(account, copy), record);
  unit.put(rootKey(account), { account, createdAt, email: options.email, accessKeys: [] });
  const role: RoleRecord = {
    account,
    name: options.accessRole,
    id: makeUniqueId("role"),
    path: "/",
    createdAt,
    maxSessionSeconds: 3600,
    trust: {
      document: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: rootArn(options.trusts) },
            Action: "sts:AssumeRole",
          },
        ],
      }),
      principalIds: [],
    },
    tags: [],
    inline: [],
    attached: [ADMINISTRATOR_ACCESS],
  };
  await addRole(context, role);
  addPolicyUse(context, "PermissionsPolicy", ADMINISTRATOR_ACCESS, roleAsHolder(role));
}
