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

/** Findings that one slice of work converts. */
const SLICE = 100;

/**
 * The findings of some principals that an analyzer of this type has. They are all findings of these
 * principals.
 */
export function* foundAccess(
  type: AnalyzerType,
  findings: readonly AccountFinding[],
): Generator<void, readonly FoundAccess[]> {
  const types = findsUnusedAccess(type) ? UNUSED_ACCESS : EXTERNAL_ACCESS;
  const found = new Map<string, FoundAccess>();
  const services = new Map<string, UnusedAccess[]>();
  for (const [at, one] of findings.entries()) {
    if (at % SLICE === 0) yield;
    const findingType = types[one.kind];
    if (findingType === undefined) continue;
    const { severity, resource } = one;
    if (findingType !== "UnusedPermission") {
      const finding = analyzerFinding(one, findingType);
      if (!found.has(finding.id)) found.set(finding.id, { severity, finding });
      continue;
    }
    // AWS has one finding for all unused permissions of a principal.
    const former = services.get(resource);
    if (former !== undefined) {
      former.push(unusedAccess(one));
      continue;
    }
    const unused = [unusedAccess(one)];
    services.set(resource, unused);
    const id = hashedId(findingType, resource);
    found.set(id, { severity, finding: { ...baseOf(one, findingType), id, unused } });
  }
  return [...found.values()];
}

function analyzerFinding(finding: AccountFinding, findingType: FindingType): AnalyzerFinding {
  const base = baseOf(finding, findingType);
  if (findingType === "ExternalAccess")
    return { ...base, external: externalAccess(finding, finding.kind === "PublicAccess") };
  return { ...base, unused: [unusedAccess(finding)] };
}

function baseOf({ id, resource }: AccountFinding, findingType: FindingType): AnalyzerFinding {
  const resourceType = resource.includes(":role/") ? "AWS::IAM::Role" : "AWS::IAM::User";
  return { id, findingType, resource, resourceType };
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
