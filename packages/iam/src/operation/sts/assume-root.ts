import type * as sdk from "@aws-sdk/client-sts";
import { accountOfPrincipal } from "../../arn.ts";
import { isRootTask, rootTaskAllowance } from "../../canned/root-task.ts";
import { ApiError, validationError } from "../../error.ts";
import { epochSeconds } from "../../model/epoch-seconds.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import { isTaskEnabled } from "../../organization/root-access.ts";
import { IAM_SERVICE, isDelegatedAdministrator } from "../../organization/trusted-access.ts";
import { memberKey } from "../../record/organization.ts";
import { rootArn } from "../../record/root.ts";
import { issueSession, tokenUse } from "../../session/issue-session.ts";

const MAX_SESSION_SECONDS = 900;

/**
 * Operation to act as a member account's root user, limited to one of AWS's root tasks and 15
 * minutes (IAM UG/id_root-user-privileged-task).
 */
export const assumeRootOperations = {
  AssumeRoot: operation<sdk.AssumeRootCommandInput, sdk.AssumeRootCommandOutput>({
    action: "sts:AssumeRoot",
    target: (_, { TargetPrincipal: target = "" }) => ({ arn: rootArn(accountOf(target)) }),
    conditionKeys: (_, { TaskPolicyArn: policy }) => ({ "sts:TaskPolicyArn": policy?.arn }),
    async run(
      context,
      {
        TargetPrincipal: target = "",
        TaskPolicyArn: policy,
        DurationSeconds,
        MinimumSessionTokenSize,
      },
    ) {
      const { now, sealer, caller } = context;
      const task = policy?.arn ?? "";
      if (!isRootTask(task)) {
        throw validationError(
          `${task} is not a task policy: use one of arn:aws:iam::aws:policy/root-task/.`,
        );
      }
      const account = await targetAccount(context, task, accountOf(target));
      const seconds = DurationSeconds ?? MAX_SESSION_SECONDS;
      if (seconds > MAX_SESSION_SECONDS) {
        throw validationError(
          `The requested DurationSeconds exceeds the ${MAX_SESSION_SECONDS} seconds that a root session may last.`,
        );
      }
      const issuedAt = epochSeconds(now);
      const sourceIdentity = caller.session?.sourceIdentity;
      const credentials = issueSession(
        sealer,
        { kind: "root" },
        {
          kind: "AssumedRoot",
          account,
          ownerId: account,
          issuedAt,
          expiresAt: issuedAt + seconds,
          policyArns: [task],
          policies: [rootTaskAllowance(task, account)],
          ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
        },
        MinimumSessionTokenSize,
      );
      return {
        Credentials: credentials,
        ...tokenUse(credentials),
        ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
      };
    },
  }),
} as const;

/**
 * Returns the account of `TargetPrincipal`, which is an account's id or the ARN of its root user.
 * @throws {ApiError} `ValidationError`
 */
function accountOf(target: string): string {
  const account = accountOfPrincipal(target);
  if (account === undefined) throw validationError(`${target} is invalid`);
  return account;
}

/**
 * Returns the target account if the caller may act in it: users and roles of the management account
 * or of IAM's delegated administrators, while the organization has enabled it.
 * @throws {ApiError} `AccessDenied`
 */
async function targetAccount(
  context: OperationContext,
  task: string,
  account: string,
): Promise<string> {
  const { caller, settings, unit } = context;
  const { managementAccount } = settings;
  const isAdministrator =
    caller.account === managementAccount ||
    (await isDelegatedAdministrator(context, caller.account, IAM_SERVICE));
  const member = await unit.get(memberKey(managementAccount, account));
  const isPermitted =
    caller.principal.type !== "Root" &&
    isAdministrator &&
    member?.status === "ACTIVE" &&
    account !== managementAccount &&
    account !== caller.account &&
    (await isTaskEnabled(context, task));
  if (isPermitted) return account;
  const principal = "arn" in caller.principal ? caller.principal.arn : caller.principal.type;
  throw new ApiError(
    "AccessDenied",
    `User: ${principal} is not authorized to perform: sts:AssumeRoot on resource: ${rootArn(account)}`,
  );
}
