import type { AccountFinding, FindingKind } from "@portcullis/analysis";
import { hashedId } from "../../hashed-id.ts";
import {
  type AnalyzerFinding,
  type AnalyzerType,
  type FoundAccess,
  findsUnusedAccess,
  type UnusedAccess,
} from "../../record/analyzer.ts";

type FindingType = AnalyzerFinding["findingType"];

type Types = Readonly<Partial<Record<FindingKind, FindingType>>>;

/** The kinds of findings that AWS's analyzers have. `lintPolicy` and the console have the others. */
const EXTERNAL_ACCESS: Types = { ExternalAccess: "ExternalAccess", PublicAccess: "ExternalAccess" };
const UNUSED_ACCESS: Types = {
  UnusedRole: "UnusedIAMRole",
  UnusedAccessKey: "UnusedIAMUserAccessKey",
  UnusedPassword: "UnusedIAMUserPassword",
  UnusedPermission: "UnusedPermission",
};

/** Whether a finding is of a user or role that is not used at all. */
export const isUnused = ({ kind }: AccountFinding): boolean =>
  kind === "UnusedRole" || kind === "UnusedUser";

/**
 * The findings of some principals that an analyzer of this type has. They are all findings of these
 * principals.
 */
export function foundAccess(
  type: AnalyzerType,
  findings: readonly AccountFinding[],
): readonly FoundAccess[] {
  const types = findsUnusedAccess(type) ? UNUSED_ACCESS : EXTERNAL_ACCESS;
  const found = new Map<string, FoundAccess>();
  for (const one of findings) {
    const findingType = types[one.kind];
    if (findingType === undefined) continue;
    const next = analyzerFinding(one, findingType);
    const former = found.get(next.id);
    const unused = [...(former?.finding.unused ?? []), ...(next.unused ?? [])];
    found.set(
      next.id,
      former === undefined
        ? { severity: one.severity, finding: next }
        : { ...former, finding: { ...former.finding, unused } },
    );
  }
  return [...found.values()];
}

function analyzerFinding(finding: AccountFinding, findingType: FindingType): AnalyzerFinding {
  const { id, resource, kind } = finding;
  const resourceType = resource.includes(":role/") ? "AWS::IAM::Role" : "AWS::IAM::User";
  const base = { id, findingType, resource, resourceType } as const;
  if (findingType === "ExternalAccess")
    return { ...base, external: externalAccess(finding, kind === "PublicAccess") };
  const unused = [unusedAccess(finding)];
  // AWS has one finding for all unused permissions of a principal.
  if (findingType === "UnusedPermission")
    return { ...base, id: hashedId(findingType, resource), unused };
  return { ...base, unused };
}

function unusedAccess({ unused = {} }: AccountFinding): UnusedAccess {
  const { lastUsed, accessKeyId, service, actions } = unused;
  return {
    ...(lastUsed === undefined ? {} : { lastAccessed: lastUsed }),
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(service === undefined ? {} : { service }),
    ...(actions === undefined || actions.length === 0
      ? {}
      : {
          actions: actions.map(({ action, lastUsed: at }) => ({
            action,
            ...(at === undefined ? {} : { lastAccessed: at }),
          })),
        }),
  };
}

function externalAccess(
  { externalPrincipal = "*", evidence }: AccountFinding,
  isPublic: boolean,
): NonNullable<AnalyzerFinding["external"]> {
  const statement = evidence.find(({ type }) => type === "statement");
  const { Action, Condition } = parsed(statement?.text);
  const isProvider = /:(?:oidc|saml)-provider\/|^[\w.-]+\.[a-z]+/.test(externalPrincipal);
  return {
    isPublic,
    action: [Action ?? []].flat().map(String),
    condition: conditionsOf(Condition),
    principal: { [isProvider ? "Federated" : "AWS"]: externalPrincipal },
  };
}

function parsed(text = "{}"): { readonly Action?: unknown; readonly Condition?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch (error) {
    // A long statement's evidence is shortened.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Keys and values of all operators, as AWS shows them. */
function conditionsOf(condition: unknown): Readonly<Record<string, string>> {
  const blocks: readonly unknown[] = Object.values(condition ?? {});
  return Object.fromEntries(
    blocks.flatMap((block) =>
      Object.entries(block ?? {}).map(([key, value]) => [key, [value].flat().join(",")]),
    ),
  );
}
