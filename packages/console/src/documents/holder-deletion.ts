import { allPages } from "../api/all-pages.ts";
import { nameOf } from "../permissions/permission-choice.ts";
import type { Write } from "../writes/use-writes.ts";
import type { HolderKind } from "./addresses.ts";
import { HOLDERS } from "./holders.ts";

/** The calls that take all policies away: IAM deletes no group or role that has one. */
export async function policyRemovals(kind: HolderKind, name: string): Promise<readonly Write[]> {
  const holder = HOLDERS[kind];
  const [arns, inline] = await Promise.all([
    allPages(async (marker) => {
      const answer = await holder.attached(name, marker);
      return { items: answer.AttachedPolicies, marker: answer.Marker };
    }),
    allPages(async (marker) => {
      const answer = await holder.inline(name, marker);
      return { items: answer.PolicyNames, marker: answer.Marker };
    }),
  ]);
  const doneWhen = ["NoSuchEntity"];
  return [
    ...arns.map(({ PolicyArn = "" }) => ({
      label: `Detach policy ${nameOf(PolicyArn)}`,
      command: holder.detach(name, PolicyArn),
      doneWhen,
    })),
    ...inline.map((policy) => ({
      label: `Delete inline policy ${policy}`,
      command: holder.remove(name, policy),
      doneWhen,
    })),
  ];
}
