import type * as sdk from "@aws-sdk/client-sts";
import { ApiError, validationError } from "../../error.ts";
import { type OperationContext, operation } from "../../operation.ts";
import { memberKey } from "../../record/organization.ts";
import { rootArn } from "../../record/root.ts";
import { issueSession, tokenUse } from "../../session/session-token.ts";

const TASKS = "arn:aws:iam::aws:policy/root-task/";
const MOST_SECONDS = 900;

/** The root user of a member account, for one of AWS's root tasks and a quarter of an hour (IAM UG/id_root-user-privileged-task). */
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
      if (!task.startsWith(TASKS) || !ROOT_TASKS.has(task.slice(TASKS.length))) {
        throw validationError(
          `${task} is not a policy that AssumeRoot takes: use one of ${TASKS}.`,
        );
      }
      const account = await memberOf(context, accountOf(target));
      const seconds = DurationSeconds ?? MOST_SECONDS;
      if (seconds > MOST_SECONDS) {
        throw validationError(
          `The requested DurationSeconds exceeds the ${MOST_SECONDS} seconds that a root session may last.`,
        );
      }
      const issuedAt = Math.floor(now.getTime() / 1000);
      const sourceIdentity = caller.session?.sourceIdentity;
      const credentials = issueSession(
        sealer,
        "root",
        {
          kind: "AssumedRoot",
          account,
          ownerId: account,
          issuedAt,
          expiresAt: issuedAt + seconds,
          policyArns: [task],
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

const ROOT_TASKS: ReadonlySet<string> = new Set([
  "IAMAuditRootUserCredentials",
  "IAMCreateRootUserPassword",
  "IAMDeleteRootUserCredentials",
  "S3UnlockBucketPolicy",
  "SQSUnlockQueuePolicy",
]);

/** `TargetPrincipal` is an account's id, or the ARN of its root user. */
function accountOf(target: string): string {
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(target)?.[1];
  if (account === undefined) throw validationError(`${target} is invalid`);
  return account;
}

/** Only the management account reaches into others, and never into itself. @throws {ApiError} `AccessDenied` */
async function memberOf(
  { caller, settings, unit }: OperationContext,
  account: string,
): Promise<string> {
  const { managementAccount } = settings;
  const member =
    caller.account === managementAccount
      ? await unit.get(memberKey(managementAccount, account))
      : undefined;
  if (member?.status !== "ACTIVE" || account === managementAccount) {
    const who = "arn" in caller.principal ? caller.principal.arn : caller.principal.type;
    throw new ApiError(
      "AccessDenied",
      `User: ${who} is not authorized to perform: sts:AssumeRoot on resource: ${rootArn(account)}`,
    );
  }
  return account;
}
