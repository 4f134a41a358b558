import { matchesWildcard } from "@portcullis/policy";
import { cached } from "../collection/cached.ts";
import { type CheckRule, ofStatements } from "./check.ts";
import type { Found, LintDocument, LintStatement, LocatedNode, Patterns } from "./document.ts";

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
  const { action, prefix, type, risk, advice } = sensitive;
  // All variants ask the same of a statement.
  const known = new WeakMap<LintStatement, Grant>();
  const variant = (title: string, form: Form, using: string): CheckRule => ({
    title: `${prefix} with ${title}`,
    type,
    find: ofStatements((statement, document) => {
      const grant = cached(known, statement, () => grantOf(statement, sensitive, document));
      const details = `Using ${using} ${risk}. ${advice}`;
      return grant.form === form ? { at: grant.at, details } : undefined;
    }),
  });
  return [
    variant("not resource", "named, NotResource", `the ${action} action with NotResource`),
    variant(
      "star in action and not resource",
      "star, NotResource",
      "an action with a wildcard (*) and NotResource",
    ),
    variant("not action and not resource", "NotAction, NotResource", "NotAction with NotResource"),
    variant(
      "star in resource",
      "named, star",
      `the ${action} action with wildcards (*) in the resource`,
    ),
    variant(
      "star in action and resource",
      "star, star",
      "wildcards (*) in the action and the resource",
    ),
    variant(
      "star in resource and not action",
      "NotAction, star",
      "a resource with wildcards (*) and NotAction",
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
    find: ofStatements(({ effect, actions, resources, conditions }, { kind }) => {
      if (kind !== "identity" || effect !== "Allow" || conditions.length > 0) return undefined;
      if (actions === undefined || actions.except) return undefined;
      const action = actions.texts.find(({ text }) =>
        /^sts:(?:assumerole|assume\*|assumerole\*|\*)$/i.test(text),
      );
      const role = resources && anyRoleIn(resources);
      if (action === undefined || role === undefined) return undefined;
      const details = `${action.text} on any role lets its holder into every role whose trust policy names the account. We recommend that you specify the ARNs of roles.`;
      return { at: [action, role], details };
    }),
  },
];

/** How a statement names the action, and how the resource. */
type Form = `${"named" | "star" | "NotAction"}, ${"star" | "NotResource"}`;

interface Grant {
  /** Undefined: it does not allow the action on all resources. */
  readonly form: Form | undefined;
  readonly at: Found["at"];
}

const NO_GRANT: Grant = { form: undefined, at: [] };

function grantOf(
  { effect, actions, resources, conditions }: LintStatement,
  { action, limitedBy }: SensitiveAction,
  { kind }: LintDocument,
): Grant {
  if (kind === "serviceControl" || kind === "boundary" || kind === "trust" || kind === "resource")
    return NO_GRANT;
  if (effect !== "Allow" || actions === undefined || resources === undefined) return NO_GRANT;
  if (conditions.some(({ key }) => key.toLowerCase() === limitedBy)) return NO_GRANT;
  const role = anyRoleIn(resources);
  const matching = actions.texts.filter(({ text }) =>
    matchesWildcard(text.toLowerCase(), action.toLowerCase()),
  );
  const isNamed = matching.length > 0;
  if (role === undefined || isNamed === actions.except) return NO_GRANT;
  const where = resources.except ? "NotResource" : "star";
  if (actions.except) return { form: `NotAction, ${where}`, at: [actions, role] };
  const named = matching.find(({ text }) => !/[*?]/.test(text));
  return named === undefined
    ? { form: `star, ${where}`, at: [matching[0]!, role] }
    : { form: `named, ${where}`, at: [named, role] };
}

/** What makes an element cover any role: a pattern of all roles or all resources, or NotResource. */
const anyRoleIn = (resources: Patterns): LocatedNode | undefined =>
  resources.except ? resources : resources.texts.find(({ text }) => ANY_ROLE.test(text));

const ANY_ROLE = /^(?:\*|arn:[^:]*:iam:[^:]*:[^:]*:(?:\*|role\/\*+|role\*))$/;
