import { nameOf } from "../permissions/permission-choice.ts";
import type { Write } from "../writes/use-writes.ts";
import type { HolderKind } from "./addresses.ts";
import { attachedPolicies, inlinePolicies } from "./holder-policies.ts";
import { HOLDERS } from "./holders.ts";

/** The calls that take all policies away: IAM deletes no group or role that has one. */
export async function policyRemovals(kind: HolderKind, name: string): Promise<readonly Write[]> {
  const holder = HOLDERS[kind];
  const [arns, inline] = await Promise.all([
    attachedPolicies(kind, name),
    inlinePolicies(kind, name),
  ]);
  const doneWhen = ["NoSuchEntity"];
  return [
    ...arns.map((arn) => ({
      label: `Detach policy ${nameOf(arn)}`,
      command: holder.detach(name, arn),
      doneWhen,
    })),
    ...inline.map((policy) => ({
      label: `Delete inline policy ${policy}`,
      command: holder.remove(name, policy),
      doneWhen,
    })),
  ];
}
