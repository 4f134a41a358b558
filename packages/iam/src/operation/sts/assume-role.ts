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
      checkArn(input.RoleArn ?? "");
      // Left out, they would be conditions that nobody checks.
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
      // What goes along from the caller's session needs the permission as much as what is new.
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

/** Sessions whose credentials assume a role for an hour at most (IAM UG/id_roles, role chaining). */
const CHAINED: ReadonlySet<unknown> = new Set(["AssumedRole", "SessionToken"]);

/** Any ARN will do here: whether it is a role's, and which, only who may assume it learns. */
export function checkArn(arn: string): void {
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/s.test(arn)) throw validationError(`${arn} is invalid`);
}

/** The transitive tags of the session that asks. */
function inheritedTags({ caller }: OperationContext): readonly Tag[] {
  const keys = new Set(caller.session?.transitiveTagKeys.map((key) => key.toLowerCase()));
  return caller.tags.filter(({ key }) => keys.has(key.toLowerCase()));
}

/** Once set, a source identity goes along with every role assumed from the session (IAM UG/id_credentials_temp_control-access_monitor). */
function sourceIdentityOf(
  { caller }: OperationContext,
  { SourceIdentity: wanted }: sdk.AssumeRoleCommandInput,
) {
  const present = caller.session?.sourceIdentity;
  if (present !== undefined && wanted !== undefined && wanted !== present) {
    throw new ApiError(
      "AccessDenied",
      "The source identity of the calling session cannot be changed.",
    );
  }
  return wanted ?? present;
}
