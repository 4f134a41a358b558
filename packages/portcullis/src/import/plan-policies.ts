import { CreatePolicyCommand, CreatePolicyVersionCommand } from "@aws-sdk/client-iam";
import type { AccountModel, ManagedPolicyDetail } from "@portcullis/analysis";
import type { PlanBuilder } from "./plan-builder.ts";
import { byName, documentFault, isSameDocument, ownPolicies } from "./translate.ts";

/** Managed policies: those that are missing, and those whose default version differs. */
export function planPolicies(plan: PlanBuilder, wanted: AccountModel, present: AccountModel): void {
  const there = byName(present.Policies, ({ Arn }) => Arn);
  for (const policy of ownPolicies(wanted)) {
    const { PolicyName = "", Arn = "" } = policy;
    const what = `policy ${PolicyName}`;
    const input = defaultDocument(policy);
    if (input === undefined) {
      plan.skip(what, "the file has no default version of it");
      continue;
    }
    const document = plan.translation.document(input);
    const fault = documentFault(document, "managed");
    const arn = plan.translation.arn(Arn);
    if (fault !== undefined) {
      plan.skip(what, fault);
      continue;
    }
    plan.known.add(arn);
    const former = there.get(arn.toLowerCase());
    if (former === undefined) {
      const path = /:policy(\/.*\/|\/)[^/]+$/.exec(Arn)?.[1] ?? "/";
      plan.step("+", `${what}: create`, (client) =>
        client.send(new CreatePolicyCommand({ PolicyName, Path: path, PolicyDocument: document })),
      );
    } else if (!isSameDocument(document, defaultDocument(former))) {
      if ((former.PolicyVersionList ?? []).length >= VERSIONS_AT_MOST) {
        plan.skip(what, "it has five versions here: delete one for another to be made");
        continue;
      }
      plan.step("~", `${what}: make the file's document the default version`, (client) =>
        client.send(
          new CreatePolicyVersionCommand({
            PolicyArn: arn,
            PolicyDocument: document,
            SetAsDefault: true,
          }),
        ),
      );
    } else plan.same();
  }
}

/** IAM's quota. */
const VERSIONS_AT_MOST = 5;

function defaultDocument({ PolicyVersionList = [], DefaultVersionId }: ManagedPolicyDetail) {
  const version =
    PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion === true) ??
    PolicyVersionList.find(({ VersionId }) => VersionId === DefaultVersionId);
  return version?.Document;
}
