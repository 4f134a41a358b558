import { matchesWildcard } from "@portcullis/policy";
import { type CheckRule, ofStatements } from "./check.ts";
import type { Found, LintDocument, LintStatement, LocatedText } from "./document.ts";

/** An action that no statement should allow on all resources. */
interface SensitiveAction {
  readonly action: string;
  readonly prefix: string;
  readonly type: CheckRule["type"];
  readonly risk: string;
  readonly advice: string;
  /** A condition key that limits it well enough. */
  readonly limitedBy: string | undefined;
}

const PASS_ROLE: SensitiveAction = {
  action: "iam:PassRole",
  prefix: "Pass role",
  type: "SECURITY_WARNING",
  risk: "can be overly permissive because it can allow iam:PassRole permissions on multiple resources",
  advice:
    "We recommend that you specify resource ARNs or add the iam:PassedToService condition key to your statement.",
  limitedBy: "iam:passedtoservice",
};

const CREATE_SLR: SensitiveAction = {
  action: "iam:CreateServiceLinkedRole",
  prefix: "Create SLR",
  type: "WARNING",
  risk: "can allow creation of unintended service-linked roles",
  advice: "We recommend that you specify resource ARNs instead.",
  limitedBy: "iam:awsservicename",
};

/** AWS has one check for each form of an overly permissive statement. */
function variants(sensitive: SensitiveAction): readonly CheckRule[] {
  const { prefix, type } = sensitive;
  // All variants ask the same of a statement.
  const known = new WeakMap<LintStatement, GrantLocation | null>();
  const one = (title: string, way: string, using: string): CheckRule => ({
    title: `${prefix} with ${title}`,
    type,
    find: ofStatements(function* (statement, document) {
      const found = known.has(statement)
        ? known.get(statement)
        : (grantOf(statement, sensitive, document) ?? null);
      known.set(statement, found ?? null);
      if (found == null || found.way !== way) return;
      yield { at: found.at, details: `${using} ${sensitive.risk}. ${sensitive.advice}` };
    }),
  });
  const { action } = sensitive;
  return [
    one("not resource", "named, NotResource", `Using the ${action} action with NotResource`),
    one(
      "star in action and not resource",
      "star, NotResource",
      "Using an action with a wildcard (*) and NotResource",
    ),
    one(
      "not action and not resource",
      "NotAction, NotResource",
      "Using NotAction with NotResource",
    ),
    one(
      "star in resource",
      "named, star",
      `Using the ${action} action with wildcards (*) in the resource`,
    ),
    one(
      "star in action and resource",
      "star, star",
      "Using wildcards (*) in the action and the resource",
    ),
    one(
      "star in resource and not action",
      "NotAction, star",
      "Using a resource with wildcards (*) and NotAction",
    ),
  ];
}

export const GRANT_CHECKS: readonly CheckRule[] = [
  ...variants(PASS_ROLE),
  ...variants(CREATE_SLR),
  {
    title: "Assume role with star in resource",
    type: "SECURITY_WARNING",
    page: "id_roles_use_permissions-to-switch",
    find: ofStatements(function* ({ effect, actions, resources, conditions }, { kind }) {
      if (kind !== "identity" || effect !== "Allow" || conditions.length > 0) return;
      if (actions === undefined || actions.except) return;
      const action = actions.texts.find(({ text }) =>
        /^sts:(?:assumerole|assume\*|assumerole\*|\*)$/i.test(text),
      );
      const star = resources?.texts.find(({ text }) => isAnyRole(text));
      if (
        action === undefined ||
        resources === undefined ||
        (star === undefined && !resources.except)
      )
        return;
      yield {
        at: [action, star ?? resources],
        details: `${action.text} on any role lets its holder into every role whose trust policy names the account. We recommend that you specify the ARNs of roles.`,
      };
    }),
  },
];

interface GrantLocation {
  readonly way: string;
  readonly at: Found["at"];
}

function grantOf(
  { effect, actions, resources, conditions }: LintStatement,
  { action, limitedBy }: SensitiveAction,
  { kind }: LintDocument,
): GrantLocation | undefined {
  if (kind === "serviceControl" || kind === "boundary" || kind === "trust" || kind === "resource")
    return undefined;
  if (effect !== "Allow" || actions === undefined || resources === undefined) return undefined;
  if (conditions.some(({ key }) => key.toLowerCase() === limitedBy)) return undefined;
  const matching = actions.texts.filter(({ text }) =>
    matchesWildcard(text.toLowerCase(), action.toLowerCase()),
  );
  let how: string;
  let at: LocatedText | undefined;
  if (actions.except) {
    if (matching.length > 0) return undefined;
    how = "NotAction";
  } else {
    at = matching.find(({ text }) => !/[*?]/.test(text));
    how = at === undefined ? "star" : "named";
    at ??= matching[0];
    if (at === undefined) return undefined;
  }
  const place = at ?? actions;
  if (resources.except) return { way: `${how}, NotResource`, at: [place, resources] };
  const star = resources.texts.find(({ text }) => isAnyRole(text));
  return star === undefined ? undefined : { way: `${how}, star`, at: [place, star] };
}

/** All roles, or all resources. */
const isAnyRole = (resource: string): boolean =>
  resource === "*" || /^arn:[^:]*:iam:[^:]*:[^:]*:(?:\*|role\/\*+|role\*)$/.test(resource);
