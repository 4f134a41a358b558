import type { Issue } from "../model/issue.ts";
import type {
  Effect,
  PatternElement,
  Policy,
  PolicyKind,
  PrincipalElement,
  Statement,
} from "../model/policy.ts";
import { checkAction, checkAssumeRoleAction } from "./check-action.ts";
import { checkResource } from "./check-resource.ts";
import { isList, isObject, type Json, type JsonObject, readJson, textsOf } from "./json.ts";
import { KINDS, type KindRules } from "./kind.ts";
import { note, type Problem, type Report, toIssues } from "./malformed.ts";
import { readCondition } from "./read-condition.ts";
import { readPrincipal } from "./read-principal.ts";

export type ParseResult =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Reads a policy document (IAM UG/reference_policies_grammar). Never throws. All that is wrong comes in one report, whose
 * first issue is the one that AWS would answer with. Takes time linear in the text.
 */
export function parsePolicy(text: string, kind: PolicyKind): ParseResult {
  const report: Report = new Map();
  const policy = readPolicy(text, kind, report);
  return policy !== undefined && report.size === 0
    ? { ok: true, policy }
    : { ok: false, issues: toIssues(report) };
}

const POLICY_ELEMENTS = new Set(["Version", "Id", "Statement"]);
const STATEMENT_ELEMENTS = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);
// IAM UG/reference_policies_grammar: a document's characters are tab, line feed, carriage return and U+0020 to U+00FF.
const FOREIGN_CHARACTER = /[^\t\n\r\u0020-\u00FF]/;

function readPolicy(text: string, kind: PolicyKind, report: Report): Policy | undefined {
  const rules = KINDS[kind];
  const json = FOREIGN_CHARACTER.test(text) ? undefined : readJson(text);
  if (!json?.ok) {
    note(report, rules.badJson, json?.path ?? "document");
    return undefined;
  }
  const document = json.value;
  if (!isObject(document)) {
    note(report, "syntax", "document");
    return undefined;
  }
  checkElements(document, POLICY_ELEMENTS, "", report);
  const version = readVersion(document.members.get("Version"), report);
  const id = readText(document, "Id", "", report);
  const statements = readStatements(document.members.get("Statement"), rules, report);
  return { kind, version, id, statements };
}

function readVersion(written: Json | undefined, report: Report): Policy["version"] {
  if (written === undefined || written === "2008-10-17" || written === "2012-10-17") return written;
  note(report, "syntax", "Version");
  return undefined;
}

function readStatements(
  written: Json | undefined,
  rules: KindRules,
  report: Report,
): readonly Statement[] {
  const single = written !== undefined && !isList(written);
  const list = single ? [written] : (written ?? []);
  if (list.length === 0) note(report, "syntax", "Statement");
  const sids = new Set<string>();
  const statements: Statement[] = [];
  for (const [index, item] of list.entries()) {
    const path = single ? "Statement" : `Statement[${index}]`;
    if (!isObject(item)) {
      note(report, "syntax", path);
      continue;
    }
    const statement = readStatement(item, rules, path, report);
    // Empty Sids may be many.
    const { sid = "" } = statement;
    if (sid !== "" && sids.has(sid)) note(report, "sid", `${path}.Sid`);
    sids.add(sid);
    statements.push(statement);
  }
  return statements;
}

function readStatement(
  item: JsonObject,
  rules: KindRules,
  path: string,
  report: Report,
): Statement {
  checkElements(item, STATEMENT_ELEMENTS, `${path}.`, report);
  const sid = readText(item, "Sid", `${path}.`, report);
  if (sid !== undefined && !/^[A-Za-z0-9]*$/.test(sid)) note(report, "syntax", `${path}.Sid`);
  return {
    sid,
    effect: readEffect(item.members.get("Effect"), path, report),
    principal: readPrincipals(item, rules, path, report),
    action: readActions(item, rules, path, report),
    resource: readResources(item, rules, path, report),
    condition: readCondition(item.members.get("Condition") ?? NOTHING, `${path}.Condition`, report),
    start: item.start,
    end: item.end,
  };
}

const NOTHING: JsonObject = { members: new Map(), repeated: [], start: 0, end: 0 };

function readEffect(written: Json | undefined, path: string, report: Report): Effect {
  if (written === "Allow" || written === "Deny") return written;
  // The right word in another case gets further with AWS than any other word.
  const nearly = typeof written === "string" && /^(allow|deny)$/i.test(written);
  note(report, nearly ? "legacy" : "syntax", `${path}.Effect`);
  return "Deny";
}

function readPrincipals(
  item: JsonObject,
  rules: KindRules,
  path: string,
  report: Report,
): PrincipalElement | undefined {
  const only = item.members.get("Principal");
  const except = item.members.get("NotPrincipal");
  if (rules.principal === "prohibited") {
    if (only !== undefined || except !== undefined) note(report, "principalNotAllowed", path);
    return undefined;
  }
  if (except !== undefined && rules.notPrincipal === "prohibited") {
    note(report, "prohibited", `${path}.NotPrincipal`, "NotPrincipal");
    return undefined;
  }
  if (only !== undefined && except !== undefined) note(report, "syntax", path);
  if (only !== undefined) return readPrincipal("only", only, `${path}.Principal`, report);
  if (except !== undefined) return readPrincipal("except", except, `${path}.NotPrincipal`, report);
  note(report, "missing", path, "Principal");
  return undefined;
}

function readActions(
  item: JsonObject,
  rules: KindRules,
  path: string,
  report: Report,
): PatternElement {
  const element = readPatterns(item, "Action", "noActions", path, report);
  const place = `${path}.${element.match === "only" ? "Action" : "NotAction"}`;
  for (const pattern of element.patterns) {
    checkAction(pattern, place, report);
    if (rules.actions === "assume role") checkAssumeRoleAction(pattern, place, report);
  }
  return element;
}

function readResources(
  item: JsonObject,
  rules: KindRules,
  path: string,
  report: Report,
): PatternElement | undefined {
  if (rules.resource === "prohibited") {
    for (const name of ["Resource", "NotResource"]) {
      if (item.members.has(name)) note(report, "prohibited", `${path}.${name}`, name);
    }
    return undefined;
  }
  const element = readPatterns(item, "Resource", "noResources", path, report);
  const place = `${path}.${element.match === "only" ? "Resource" : "NotResource"}`;
  for (const pattern of element.patterns) checkResource(pattern, place, report);
  return element;
}

/** Reads `name` or `Not<name>`: one pattern or a list of them, and not both elements. */
function readPatterns(
  item: JsonObject,
  name: "Action" | "Resource",
  whenNone: Problem,
  path: string,
  report: Report,
): PatternElement {
  const only = item.members.get(name);
  const except = item.members.get(`Not${name}`);
  const patterns = textsOf(only ?? except ?? []);
  if (patterns === undefined || (only !== undefined && except !== undefined))
    note(report, "syntax", `${path}.${name}`);
  else if (patterns.length === 0) note(report, whenNone, path);
  return { match: except === undefined ? "only" : "except", patterns: patterns ?? [] };
}

function readText(
  item: JsonObject,
  name: string,
  prefix: string,
  report: Report,
): string | undefined {
  const written = item.members.get(name);
  if (written === undefined || typeof written === "string") return written;
  note(report, "syntax", prefix + name);
  return undefined;
}

function checkElements(
  item: JsonObject,
  known: ReadonlySet<string>,
  prefix: string,
  report: Report,
): void {
  for (const name of item.members.keys())
    if (!known.has(name)) note(report, "syntax", prefix + name);
  for (const name of item.repeated) note(report, "syntax", prefix + name);
}
