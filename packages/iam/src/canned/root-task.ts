import { iamArn } from "../arn.ts";
import type { CannedSource, CannedStatement } from "./canned-policy.ts";

/**
 * A task of a root session (IAM UG/id_root-user-privileged-task). The session can perform no other
 * actions.
 */
interface RootTask {
  readonly name: string;
  readonly description: string;
  readonly actions: readonly string[];
  /** Those of the actions that act on the account as a whole, not on a user. */
  readonly ofAccount?: readonly string[];
  /** AWS's last statement, which denies every resource and caller but a root user. */
  readonly guard: GuardStatement;
  readonly more?: readonly CannedStatement[];
}

interface GuardStatement {
  readonly sid: string;
  readonly by: "resource" | "caller";
}

const TASKS: readonly RootTask[] = [
  {
    name: "IAMAuditRootUserCredentials",
    description: "Allows seeing which credentials the root user has.",
    actions: [
      "iam:ListAccessKeys",
      "iam:ListSigningCertificates",
      "iam:GetLoginProfile",
      "iam:ListMFADevices",
      "iam:GetAccountSummary",
      "iam:GetUser",
      "iam:GetAccessKeyLastUsed",
    ],
    ofAccount: ["iam:GetAccountSummary"],
    guard: { sid: "DenyAuditingCredentialsOnNonRootUserResource", by: "resource" },
  },
  {
    name: "IAMCreateRootUserPassword",
    description: "Allows a root user without a password to recover one.",
    actions: ["iam:CreateLoginProfile", "iam:GetLoginProfile"],
    guard: { sid: "DenyCreatingPasswordOnNonRootUserResource", by: "resource" },
  },
  {
    name: "IAMDeleteRootUserCredentials",
    description: "Allows deleting the root user's credentials.",
    actions: [
      "iam:DeleteAccessKey",
      "iam:DeleteSigningCertificate",
      "iam:DeleteLoginProfile",
      "iam:DeactivateMFADevice",
      "iam:ListAccessKeys",
      "iam:ListSigningCertificates",
      "iam:GetLoginProfile",
      "iam:ListMFADevices",
      "iam:GetUser",
      "iam:GetAccessKeyLastUsed",
    ],
    guard: { sid: "DenyDeletingRootUserCredentialsOnNonRootUserResource", by: "resource" },
  },
  {
    name: "S3UnlockBucketPolicy",
    description: "Allows deleting a bucket policy that denies every caller.",
    actions: [
      "s3:DeleteBucketPolicy",
      "s3:PutBucketPolicy",
      "s3:GetBucketPolicy",
      "s3:ListAllMyBuckets",
    ],
    guard: { sid: "DenyManagingBucketPolicyForNonRootCallers", by: "caller" },
  },
  {
    name: "SQSUnlockQueuePolicy",
    description: "Allows deleting a queue policy that denies every caller.",
    actions: [
      "sqs:SetQueueAttributes",
      "sqs:GetQueueAttributes",
      "sqs:ListQueues",
      "sqs:GetQueueUrl",
    ],
    guard: { sid: "DenyActionsForNonRootUser", by: "caller" },
    more: [
      {
        Sid: "DenyGettingQueueAttributesOnNonOwnQueue",
        Effect: "Deny",
        Action: "sqs:GetQueueAttributes",
        Resource: "*",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
        Condition: { StringNotEquals: { "aws:ResourceAccount": "${aws:PrincipalAccount}" } },
      },
    ],
  },
];

const PATH = "/root-task/";
const ARN_PREFIX = `arn:aws:iam::aws:policy${PATH}`;
const ANY_ROOT = "arn:aws:iam::*:root";

/**
 * The policies in AWS's form (IAM UG/security-iam-awsmanpol). They only deny, so no principal can
 * have one attached: INVARIANT of canned policies in canned-policy.ts.
 */
export const rootTaskPolicies = (): readonly CannedSource[] =>
  TASKS.map((task) => ({
    name: task.name,
    path: PATH,
    description: task.description,
    attachable: false,
    statements: [
      {
        Sid: "DenyAllOtherActionsOnAnyResource",
        Effect: "Deny",
        NotAction: task.actions,
        Resource: "*",
      },
      ...(task.more ?? []),
      task.guard.by === "resource"
        ? {
            Sid: task.guard.sid,
            Effect: "Deny",
            Action: task.actions.filter((action) => !task.ofAccount?.includes(action)),
            NotResource: ANY_ROOT,
          }
        : {
            Sid: task.guard.sid,
            Effect: "Deny",
            Action: task.actions,
            Resource: "*",
            Condition: { ArnNotLike: { "aws:PrincipalArn": ANY_ROOT } },
          },
    ],
  }));

const byArn: ReadonlyMap<string, RootTask> = new Map(
  TASKS.map((task) => [`${ARN_PREFIX}${task.name}`, task]),
);

/** Whether `sts:AssumeRoot` accepts an ARN as `TaskPolicyArn`. */
export const isRootTask = (arn: string): boolean => byArn.has(arn);

/**
 * Whether a task is about the root user's own credentials, not about a resource of another service.
 */
export const isCredentialTask = (arn: string): boolean =>
  byArn.get(arn)?.actions.every((action) => action.startsWith("iam:")) ?? false;

/**
 * Whether a task allows `action` on `resource`.
 * @param account account of the root user
 */
export function rootTaskAllows(
  arn: string,
  account: string,
  { action, resource }: { readonly action: string; readonly resource: string },
): boolean {
  const task = byArn.get(arn);
  if (task === undefined || !task.actions.includes(action)) return false;
  // Portcullis has no resources of AWS's other services.
  if (!action.startsWith("iam:")) return false;
  return task.ofAccount?.includes(action) ? resource === "*" : resource === iamArn(account, "root");
}

/** The session policy that allows the task's actions. The task's own policy only denies. */
export function rootTaskAllowance(arn: string, account: string): string {
  const task = byArn.get(arn);
  const ofAccount = task?.ofAccount ?? [];
  const ofRoot = (task?.actions ?? []).filter((action) => !ofAccount.includes(action));
  const statements = [
    { Effect: "Allow", Action: ofRoot, Resource: iamArn(account, "root") },
    ...(ofAccount.length === 0 ? [] : [{ Effect: "Allow", Action: ofAccount, Resource: "*" }]),
  ];
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
