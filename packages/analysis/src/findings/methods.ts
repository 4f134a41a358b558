/**
 * Ways to gain permissions that IAM itself offers to who may change it: Rhino Security Labs' list,
 * as far as its actions exist outside a single AWS service.
 */

/** Each list is of alternatives; one of each must be allowed on the resource. */
export type Needs = readonly (readonly string[])[];

export interface Method {
  readonly name: string;
  /** After "can": what it does. */
  readonly text: string;
  readonly needs: Needs;
}

const method = (name: string, text: string, ...needs: Needs): Method => ({ name, text, needs });

/** On what one has oneself: they give any permission there is. */
export const PUT_USER_POLICY: Method = method("Put policy on own user", "give itself any policy", [
  "iam:PutUserPolicy",
  "iam:AttachUserPolicy",
]);
export const PUT_ROLE_POLICY: Method = method("Put policy on own role", "give itself any policy", [
  "iam:PutRolePolicy",
  "iam:AttachRolePolicy",
]);
export const PUT_GROUP_POLICY: Method = method(
  "Put policy on own group",
  "give its group any policy",
  ["iam:PutGroupPolicy", "iam:AttachGroupPolicy"],
);
export const CREATE_POLICY_VERSION: Method = method(
  "Create policy version",
  "rewrite a policy that it has",
  ["iam:CreatePolicyVersion"],
);
/** On users and roles that do not exist yet. */
export const CREATE_USER: Method = method(
  "Create user with any policy",
  "create a user with any policy, and credentials for it",
  ["iam:CreateUser"],
  ["iam:PutUserPolicy", "iam:AttachUserPolicy"],
  ["iam:CreateAccessKey", "iam:CreateLoginProfile"],
);
export const CREATE_ROLE: Method = method(
  "Create role with any policy",
  "create a role with any policy that trusts it",
  ["iam:CreateRole"],
  ["iam:PutRolePolicy", "iam:AttachRolePolicy"],
);
/** On a boundary that holds one back. */
export const LIFT_USER_BOUNDARY: Method = method(
  "Lift own boundary",
  "lift its permissions boundary",
  ["iam:DeleteUserPermissionsBoundary", "iam:PutUserPermissionsBoundary"],
);
export const LIFT_ROLE_BOUNDARY: Method = method(
  "Lift own boundary",
  "lift its permissions boundary",
  ["iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary"],
);

/** On somebody else: they make one the other. */
export const ON_USER: readonly Method[] = [
  method("Create access key", "create an access key for the user", ["iam:CreateAccessKey"]),
  method("Create login profile", "give the user a password", ["iam:CreateLoginProfile"]),
  method("Update login profile", "change the user's password", ["iam:UpdateLoginProfile"]),
];
export const ON_ROLE: readonly Method[] = [
  method("Update trust policy", "make the role trust it", ["iam:UpdateAssumeRolePolicy"]),
];
export const ON_GROUP: readonly Method[] = [
  method("Join group", "put itself into the group", ["iam:AddUserToGroup"]),
];
/** On a provider that the role trusts. */
export const ON_PROVIDER: readonly Method[] = [
  method("Take over identity provider", "change the identity provider that the role trusts", [
    "iam:UpdateSAMLProvider",
    "iam:UpdateOpenIDConnectProviderThumbprint",
    "iam:AddClientIDToOpenIDConnectProvider",
  ]),
];
/** On a role that a service runs with, given that one may make the service run one's code. */
export const PASS_ROLE: readonly Method[] = [
  method("Pass role", "pass the role to a service that acts for it", ["iam:PassRole"]),
];
/** Actions that make an AWS service run what the caller wants with the role that was passed. */
export const RUN_WITH_ROLE: readonly string[] = [
  "lambda:CreateFunction",
  "lambda:UpdateFunctionConfiguration",
  "ec2:RunInstances",
  "ecs:RunTask",
  "ecs:RegisterTaskDefinition",
  "cloudformation:CreateStack",
  "codebuild:CreateProject",
  "glue:CreateDevEndpoint",
  "glue:CreateJob",
  "datapipeline:CreatePipeline",
  "sagemaker:CreateNotebookInstance",
  "states:CreateStateMachine",
];

/** Every action that some method needs, each once. */
export const ALL_ACTIONS: readonly string[] = [
  ...new Set(
    [
      PUT_USER_POLICY,
      PUT_ROLE_POLICY,
      PUT_GROUP_POLICY,
      CREATE_POLICY_VERSION,
      CREATE_USER,
      CREATE_ROLE,
      LIFT_USER_BOUNDARY,
      LIFT_ROLE_BOUNDARY,
      ...ON_USER,
      ...ON_ROLE,
      ...ON_GROUP,
      ...ON_PROVIDER,
      ...PASS_ROLE,
    ].flatMap(({ needs }) => needs.flat()),
  ),
  ...RUN_WITH_ROLE,
];
