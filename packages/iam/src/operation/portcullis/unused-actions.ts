import { type AccountModel, installationServices, whatCan } from "@portcullis/analysis";
import type { UnusedAction } from "../../decision/api.ts";
import { ApiError } from "../../error.ts";
import type { OperationContext } from "../../model/operation.ts";
import type { AccessCountRecord } from "../../record/decision.ts";
import { type EntityPolicy, findEntity } from "../../simulation/simulated-entity.ts";

/**
 * Actions of the protected APIs that a user or role may use and did not. Undefined: the installation
 * declares no service, or the principal is the root user or no longer exists.
 * @param used the counts of the period
 */
export async function unusedActions(
  context: OperationContext,
  principalArn: string,
  used: readonly AccessCountRecord[],
): Promise<readonly UnusedAction[] | undefined> {
  const services = context.settings.catalog?.().Services ?? [];
  if (services.length === 0) return undefined;
  const model = await principalModel(context, principalArn);
  const can = model && whatCan(model, principalArn, { services: installationServices(services) });
  const names = new Set(
    used.filter(({ allowed }) => allowed > 0).map(({ action }) => action.toLowerCase()),
  );
  return can?.actions.flatMap(({ action, access, accessLevel }) =>
    access === "denied" || names.has(action.toLowerCase())
      ? []
      : [{ Action: action, AccessLevel: accessLevel, Conditional: access === "conditional" }],
  );
}

/** The account as if it had this user or role alone. Policies of groups count as its own. */
async function principalModel(
  context: OperationContext,
  arn: string,
): Promise<AccountModel | undefined> {
  if (!/:(?:user|role)\//.test(arn)) return undefined;
  const entity = await findEntity(context, arn).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === "NoSuchEntity") return undefined;
    throw error;
  });
  if (entity === undefined) return undefined;
  const { policies, boundary, tags } = entity;
  const detail = {
    Arn: arn,
    Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })),
    ...(boundary && { PermissionsBoundary: { PermissionsBoundaryArn: boundary.sourceId } }),
  };
  const own = policies.map(({ id, document }) => ({ PolicyName: id, PolicyDocument: document }));
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  return {
    AccountId: context.account,
    ...(arn.includes(":user/")
      ? { UserDetailList: [{ ...detail, UserName: name, UserPolicyList: own }] }
      : { RoleDetailList: [{ ...detail, RoleName: name, RolePolicyList: own }] }),
    Policies: boundary === undefined ? [] : [managedPolicy(boundary)],
  };
}

const managedPolicy = ({ sourceId, document }: EntityPolicy) => ({
  Arn: sourceId,
  PolicyName: sourceId,
  DefaultVersionId: "v1",
  PolicyVersionList: [{ VersionId: "v1", IsDefaultVersion: true, Document: document }],
});
