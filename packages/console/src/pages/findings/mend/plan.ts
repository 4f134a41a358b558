import type { AccountFinding, FindingKind } from "@portcullis/analysis";
import { inlinePolicyOf } from "../../../analysis/inline-policy.ts";
import {
  type DocumentTarget,
  inlineTarget,
  managedTarget,
  trustTarget,
} from "../../../documents/targets.ts";
import { nameOf } from "../../../permissions/permission-choice.ts";
import { documentText, parseDocument } from "./document.ts";
import { onlyOwnAccount, withExternalId, withoutPrincipal } from "./trust-changes.ts";

/** A change that mends a finding. */
export type Mend = DocumentMend | CredentialMend | DeletionMend;

/** Another text for a policy document; the person sees the difference before it is saved. */
export interface DocumentMend {
  readonly type: "document";
  readonly label: string;
  readonly target: DocumentTarget;
  /** From the text as it is now. Undefined: there is nothing left to mend. */
  readonly change: (text: string | undefined) => string | undefined | Promise<string | undefined>;
}

export interface CredentialMend {
  readonly type: "keys" | "password";
  readonly label: string;
  readonly userName: string;
}

export interface DeletionMend {
  readonly type: "delete-user" | "delete-role";
  readonly label: string;
  readonly name: string;
}

/** The changes that mend a finding; none where a person has to think. */
export const mendsOf = (finding: AccountFinding): readonly Mend[] =>
  PLANS[finding.kind]?.(finding) ?? [];

type Plan = (finding: AccountFinding) => readonly Mend[];

const PLANS: Readonly<Partial<Record<FindingKind, Plan>>> = {
  ExternalAccess: (finding) => [removedPrincipal(finding), externalId(finding)].flat(),
  PublicAccess: (finding) => ownAccount(finding),
  PrivilegeEscalation: (finding) => deniedSteps(finding),
  Administrator: (finding) => removedStatement(finding),
  UnknownAction: (finding) => lintFix(finding),
  IneffectiveStatement: (finding) => [...lintFix(finding), ...removedStatement(finding)],
  UnusedPassword: ({ resource }) => [
    { type: "password", label: "Delete the password", userName: nameOf(resource) },
  ],
  UnusedAccessKey: ({ resource }) => [
    { type: "keys", label: "Deactivate the unused keys", userName: nameOf(resource) },
  ],
  UnusedUser: ({ resource }) => [
    { type: "delete-user", label: "Delete the user", name: nameOf(resource) },
  ],
  UnusedRole: ({ resource }) => [
    { type: "delete-role", label: "Delete the role", name: nameOf(resource) },
  ],
  UnassumableRole: ({ resource }) => [
    { type: "delete-role", label: "Delete the role", name: nameOf(resource) },
  ],
};

/** The first statement that a finding rests on. */
const statementOf = ({ evidence }: AccountFinding) =>
  evidence.find((one) => one.type === "statement");

function removedPrincipal(finding: AccountFinding): readonly DocumentMend[] {
  const index = statementOf(finding)?.statementIndex;
  const { externalPrincipal } = finding;
  if (index === undefined || externalPrincipal === undefined) return [];
  return [
    {
      type: "document",
      label: "Remove the principal",
      target: trustTarget(nameOf(finding.resource)),
      change: (text = "") => withoutPrincipal(text, index, externalPrincipal),
    },
  ];
}

function externalId(finding: AccountFinding): readonly DocumentMend[] {
  const index = statementOf(finding)?.statementIndex;
  const isAws = /^(?:\d{12}$|arn:[^:]*:(?:iam|sts)::\d{12}:(?!oidc-|saml-))/.test(
    finding.externalPrincipal ?? "",
  );
  if (index === undefined || !isAws || finding.severity === "LOW") return [];
  const id = crypto.randomUUID();
  return [
    {
      type: "document",
      label: "Require an external ID",
      target: trustTarget(nameOf(finding.resource)),
      change: (text = "") => withExternalId(text, index, id),
    },
  ];
}

function ownAccount(finding: AccountFinding): readonly DocumentMend[] {
  const index = statementOf(finding)?.statementIndex;
  const account = finding.resource.split(":")[4];
  if (index === undefined || account === undefined) return [];
  return [
    {
      type: "document",
      label: "Trust this account alone",
      target: trustTarget(nameOf(finding.resource)),
      change: (text = "") => onlyOwnAccount(text, index, account),
    },
  ];
}

const DENY_POLICY = "DenyPrivilegeEscalation";

/** An inline policy that denies the first step. It gives nothing, and can be deleted again. */
function deniedSteps({
  resource,
  resourceType,
  evidence,
}: AccountFinding): readonly DocumentMend[] {
  const first = evidence.find((one) => one.type === "step");
  if (first === undefined || first.actions.length === 0) return [];
  const kind = resourceType === "AWS::IAM::Role" ? "role" : "user";
  return [
    {
      type: "document",
      label: "Deny the first step",
      target: inlineTarget(kind, nameOf(resource), DENY_POLICY),
      change: (text) => denying(text, first.actions),
    },
  ];
}

function denying(text: string | undefined, actions: readonly string[]): string | undefined {
  const before = text === undefined ? undefined : parseDocument(text);
  const denied = (before?.Statement ?? []).flatMap(({ Effect, Action }) =>
    Effect === "Deny" ? [Action ?? []].flat() : [],
  );
  const missing = actions.filter((action) => !denied.includes(action));
  if (missing.length === 0) return undefined;
  const statement = { Effect: "Deny", Action: [...missing], Resource: "*" };
  return documentText({
    Version: "2012-10-17",
    ...before,
    Statement: [...(before?.Statement ?? []), statement],
  });
}

/** The document that evidence names: a customer's managed policy, or an inline one. */
function targetOf(policy: string): DocumentTarget | undefined {
  const inline = inlinePolicyOf(policy);
  if (inline === undefined)
    return /^arn:[^:]*:iam::\d{12}:policy\//.test(policy) ? managedTarget(policy) : undefined;
  const { kind, owner, name } = inline;
  return kind === "role" && name === "trust" ? trustTarget(owner) : inlineTarget(kind, owner, name);
}

function removedStatement(finding: AccountFinding): readonly DocumentMend[] {
  const statement = statementOf(finding);
  const target = statement && targetOf(statement.policy);
  if (statement === undefined || target === undefined) return [];
  const { statementIndex, text: seen } = statement;
  return [
    {
      type: "document",
      label: "Remove the statement",
      target,
      change: async (text = "") => {
        const { withoutStatement } = await import("./remove-statement.ts");
        return withoutStatement(text, statementIndex, seen);
      },
    },
  ];
}

/** The fix that the policy's check offers, such as the action with the nearest name. */
function lintFix(finding: AccountFinding): readonly DocumentMend[] {
  const statement = statementOf(finding);
  const target = statement && targetOf(statement.policy);
  if (target === undefined) return [];
  return [
    {
      type: "document",
      label: "Correct it",
      target,
      change: async (text = "") => {
        const { fixedText } = await import("./lint-fix.ts");
        return fixedText(text, target.kind, finding.details);
      },
    },
  ];
}
