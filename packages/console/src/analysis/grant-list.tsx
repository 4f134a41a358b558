import type { Grant } from "@portcullis/analysis";
import { groupPath, policyPath, rolePath, userPath } from "../app/paths.ts";
import { nameOf } from "../permissions/permission-choice.ts";
import { RouterLink } from "../ui/router-link.tsx";
import { inlinePolicyOf } from "./inline-policy.ts";

const SHOWN = 5;

/** The statements that allow it, each with its policy and the group that it comes by. */
export function GrantList({ grants }: { readonly grants: readonly Grant[] }) {
  if (grants.length === 0) return <>–</>;
  return (
    <ul className="grants">
      {grants.slice(0, SHOWN).map(({ policy, group, statementIndex, statementId }) => (
        <li key={`${policy} ${statementIndex} ${group}`}>
          <RouterLink to={pageOfPolicy(policy)}>
            <span className="break">{nameOfPolicy(policy)}</span>
          </RouterLink>
          , statement {statementIndex + 1}
          {statementId !== undefined && <span className="break"> ({statementId})</span>}
          {group !== undefined && (
            <>
              , by group{" "}
              <RouterLink to={groupPath(group)}>
                <span className="break">{group}</span>
              </RouterLink>
            </>
          )}
        </li>
      ))}
      {grants.length > SHOWN && <li>and {grants.length - SHOWN} more</li>}
    </ul>
  );
}

const nameOfPolicy = (policy: string): string => inlinePolicyOf(policy)?.name ?? nameOf(policy);

const OWNERS = { user: userPath, role: rolePath, group: groupPath } as const;

/** A managed policy has a page; an inline one is on its owner's. */
function pageOfPolicy(policy: string): string {
  const inline = inlinePolicyOf(policy);
  return inline === undefined ? policyPath(policy) : OWNERS[inline.kind](inline.owner);
}
