// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import type {
  AccountModel,
  CredentialReportRow,
  RoleDetail,
  UserDetail,
} from "../../packages/analysis/src/index.ts";

export const ACCOUNT = "111122223333";

export const allow = (Action: unknown, Resource: unknown = "*", more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
export const deny = (Action: unknown, Resource: unknown = "*", more: object = {}) => ({
  Effect: "Deny",
  Action,
  Resource,
  ...more,
});
export const doc = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement });
export const trusting = (Principal: unknown, more: object = {}) =>
  doc({ Effect: "Allow", Principal, Action: "sts:AssumeRole", ...more });

export const userArn = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;
export const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
export const policyArn = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;

export function user(name: string, document?: string, more: Partial<UserDetail> = {}): UserDetail {
  const UserPolicyList =
    document === undefined ? [] : [{ PolicyName: "inline", PolicyDocument: document }];
  return {
    UserName: name,
    UserId: `AIDA${name.toUpperCase().padEnd(16, "0")}`,
    Arn: userArn(name),
    UserPolicyList,
    ...more,
  };
}

export function role(
  name: string,
  trust: string,
  document?: string,
  more: Partial<RoleDetail> = {},
): RoleDetail {
  const RolePolicyList =
    document === undefined ? [] : [{ PolicyName: "inline", PolicyDocument: document }];
  return {
    RoleName: name,
    RoleId: `AROA${name.toUpperCase().padEnd(16, "0")}`,
    Arn: roleArn(name),
    AssumeRolePolicyDocument: trust,
    RolePolicyList,
    ...more,
  };
}

export const managed = (name: string, document: string) => ({
  PolicyName: name,
  Arn: policyArn(name),
  DefaultVersionId: "v2",
  PolicyVersionList: [
    { VersionId: "v1", IsDefaultVersion: false, Document: doc(allow("*")) },
    { VersionId: "v2", IsDefaultVersion: true, Document: document },
  ],
});

export const attached = (name: string) => ({ PolicyName: name, PolicyArn: policyArn(name) });

/**
 * An account of users in groups, roles that trust the account, and a policy of its own for each
 * tenth.
 */
export function largeAccount(users: number, roles: number): AccountModel {
  const groups = 40;
  return {
    AccountId: ACCOUNT,
    Policies: [
      managed(
        "SelfService",
        doc(allow(["iam:CreateAccessKey", "iam:ChangePassword"], userArn("${aws:username}"))),
      ),
      ...Array.from({ length: groups }, (_, at) =>
        managed(
          `Team${at}`,
          doc(
            allow(["orders:Get*", "orders:List*"]),
            allow("orders:*", `arn:aws:orders:*:*:order/team-${at}/*`),
            allow("sts:AssumeRole", roleArn(`team-${at}-*`)),
            deny("orders:DeleteOrder", "arn:aws:orders:*:*:order/keep/*"),
          ),
        ),
      ),
    ],
    GroupDetailList: Array.from({ length: groups }, (_, at) => ({
      GroupName: `team-${at}`,
      GroupPolicyList: [],
      AttachedManagedPolicies: [attached(`Team${at}`), attached("SelfService")],
    })),
    UserDetailList: Array.from({ length: users }, (_, at) => {
      const own =
        at % 10 === 0
          ? doc(
              allow("orders:DeleteOrder", `arn:aws:orders:*:*:order/user-${at}/*`, {
                Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
              }),
            )
          : undefined;
      const text = at === 7 ? doc(allow("*")) : own;
      return user(`user${at}`, text, { GroupList: [`team-${at % groups}`] });
    }),
    RoleDetailList: Array.from({ length: roles }, (_, at) =>
      role(
        `team-${at % groups}-${at}`,
        trusting({ AWS: ACCOUNT }),
        at === 3
          ? doc(allow("*"))
          : doc(allow("orders:*", `arn:aws:orders:*:*:order/role-${at}/*`)),
      ),
    ),
    ServiceControlPolicies: [[{ PolicyName: "FullAWSAccess", PolicyDocument: doc(allow("*")) }]],
  };
}

export function credentialRow(
  name: string,
  more: Readonly<Record<string, string>>,
): CredentialReportRow {
  return {
    user: name,
    arn: userArn(name),
    user_creation_time: "2025-01-01T00:00:00+00:00",
    password_enabled: "false",
    password_last_used: "N/A",
    access_key_1_active: "false",
    access_key_2_active: "false",
    ...more,
  };
}
