import type * as sdk from "@aws-sdk/client-sts";
import { ApiError, validationError } from "../../error.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import type { Tag } from "../../record/tag.ts";
import { startRoleSession } from "../../session/role-session.ts";
import { sessionTags } from "../../session/session-tags.ts";
import { proveMfa } from "../../sign-in/mfa-proof.ts";
import { recordsOfRole, roleOfArn, trustTarget } from "../../trust/role-trust.ts";

export const assumeRoleOperations = {
  AssumeRole: operation<sdk.AssumeRoleCommandInput, sdk.AssumeRoleCommandOutput>({
    action: "sts:AssumeRole",
    reads: ({ RoleArn: arn = "" }) => recordsOfRole(arn),
    async prove(context, input) {
      checkArnForm(input.RoleArn ?? "");
      // Ignoring contexts would ignore conditions that the caller relies on.
      if (input.ProvidedContexts?.length)
        throw validationError("ProvidedContexts are not supported.");
      if (context.caller.principal.type === "Root") {
        throw new ApiError("AccessDenied", "Roles may not be assumed by root accounts.");
      }
      return proveMfa(context, input);
    },
    target: async ({ unit }, { RoleArn: arn = "" }) => trustTarget(arn, await roleOfArn(unit, arn)),
    conditionKeys: (context, input) => ({
      "sts:ExternalId": input.ExternalId,
      "sts:RoleSessionName": input.RoleSessionName,
      "sts:SourceIdentity": sourceIdentityOf(context, input),
      "sts:TransitiveTagKeys": input.TransitiveTagKeys,
    }),
    async alsoAuthorize(context, input) {
      const { RoleArn: arn = "", Tags: tags = [] } = input;
      const target = trustTarget(arn, await roleOfArn(context.unit, arn));
      // Tags inherited from the caller's session need the permission as new ones do.
      const tagged = tags.length > 0 || inheritedTags(context).length > 0;
      return [
        ...(tagged ? [{ action: "sts:TagSession", target }] : []),
        ...(sourceIdentityOf(context, input) === undefined
          ? []
          : [{ action: "sts:SetSourceIdentity", target }]),
      ];
    },
    async run(context, input) {
      const { RoleArn: arn = "", RoleSessionName: sessionName = "", Tags: tags = [] } = input;
      const role = await roleOfArn(context.unit, arn);
      if (role === undefined)
        throw new Error(`role ${arn} was allowed to be assumed and does not exist`);
      return startRoleSession(context, role, {
        ...input,
        ...sessionTags(tags, input.TransitiveTagKeys ?? [], inheritedTags(context)),
        sessionName,
        sourceIdentity: sourceIdentityOf(context, input),
        chained: CHAINED.has(context.caller.session?.kind),
      });
    },
  }),
} as const;

/** Sessions that can assume a role for at most an hour (IAM UG/id_roles, role chaining). */
const CHAINED: ReadonlySet<unknown> = new Set(["AssumedRole", "SessionToken"]);

/**
 * Checks only the ARN's form. Whether it is the ARN of an existing role is revealed only to callers
 * that may assume the role.
 * @throws {ApiError} `ValidationError`
 */
export function checkArnForm(arn: string): void {
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/s.test(arn)) throw validationError(`${arn} is invalid`);
}

/** Returns the transitive tags of the caller's session. */
function inheritedTags({ caller }: OperationContext): readonly Tag[] {
  const keys = new Set(caller.session?.transitiveTagKeys.map((key) => key.toLowerCase()));
  return caller.tags.filter(({ key }) => keys.has(key.toLowerCase()));
}

/**
 * Returns the new session's source identity. Once set, every role session assumed from the session
 * inherits it (IAM UG/id_credentials_temp_control-access_monitor).
 * @throws {ApiError} `AccessDenied` if the request would change it
 */
function sourceIdentityOf(
  { caller }: OperationContext,
  { SourceIdentity: requested }: sdk.AssumeRoleCommandInput,
) {
  const inherited = caller.session?.sourceIdentity;
  if (inherited !== undefined && requested !== undefined && requested !== inherited) {
    throw new ApiError(
      "AccessDenied",
      "The source identity of the calling session cannot be changed.",
    );
  }
  return requested ?? inherited;
}
