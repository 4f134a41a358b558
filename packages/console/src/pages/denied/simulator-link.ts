import type { DecisionDescription } from "@portcullis/control-api/portcullis-client";
import { principalOf } from "../../decisions/principal.ts";
import { fragmentOf } from "../simulator/simulation-case.ts";

/** The simulator gives these the values of a new request. */
const OF_PRINCIPAL_OR_TIME =
  /^aws:(?:principal|user(?:id|name)$|currenttime$|epochtime$|tokenissuetime$|multifactorauthage$)/;
const HIDDEN = "***";

/** The request as a case of the simulator, below `/console`; undefined where it has no such one. */
export function simulatorLink({
  PrincipalArn = "",
  Action,
  ResourceArn,
  ContextEntries = [],
}: DecisionDescription): string | undefined {
  const { kind, name } = principalOf(PrincipalArn);
  if (kind === "other" || Action === undefined || ResourceArn === undefined) return undefined;
  const context = ContextEntries.flatMap(({ ContextKeyName, ContextKeyValues }) => {
    const key = ContextKeyName.toLowerCase();
    return OF_PRINCIPAL_OR_TIME.test(key) || ContextKeyValues.includes(HIDDEN)
      ? []
      : [[key, ContextKeyValues] as const];
  });
  const fragment = fragmentOf({
    subject: kind === "root" ? { kind } : { kind, name },
    documents: [],
    actions: Action,
    resources: ResourceArn,
    context: Object.fromEntries(context),
  });
  return `/simulator#${fragment}`;
}
