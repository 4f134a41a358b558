import type { Issue, Problem } from "../model/issue.ts";
import type {
  Effect,
  PatternElement,
  Policy,
  PolicyKind,
  PrincipalElement,
  Statement,
} from "../model/policy.ts";
import { INVALID_CHARACTER } from "./character.ts";
import { checkAction, checkAssumeRoleAction } from "./check-action.ts";
import { checkResource } from "./check-resource.ts";
import { POLICY_ELEMENTS, STATEMENT_ELEMENTS } from "./element.ts";
import { isList, isObject, type Json, type JsonObject, readJson, textsOf } from "./json.ts";
import { KINDS, type KindRules } from "./kind.ts";
import { addProblem, type Report, toIssues } from "./problem.ts";
import { readCondition } from "./read-condition.ts";
import { readPrincipal } from "./read-principal.ts";

/** A policy, or all that is wrong with the document. */
export type ParseResult =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Parses a policy document (IAM UG/reference_policies_grammar). Never throws. Reports all issues at
 * once, and first the one that AWS would answer. Takes time linear in the text.
 */
export function parsePolicy(text: string, kind: PolicyKind): ParseResult {
  const report: Report = new Map();
  const policy = readPolicy(text, kind, report);
  return policy !== undefined && report.size === 0
    ? { ok: true, policy }
    : { ok: false, issues: toIssues(report) };
}

function readPolicy(text: string, kind: PolicyKind, report: Report): Policy | undefined {
  const rules = KINDS[kind];
  const json = INVALID_CHARACTER.test(text) ? undefined : readJson(text);
  if (!json?.ok) {
    addProblem(report, rules.badJson, json?.path ?? "document");
    return undefined;
  }
  const document = json.value;
  if (!isObject(document)) {
    addProblem(report, "syntax", "document");
    return undefined;
  }
  checkElements(document, POLICY_ELEMENTS, "", report);
  const version = readVersion(document.members.get("Version"), rules, report);
  const id = readText(document, "Id", "", report);
  const statements = readStatements(document.members.get("Statement"), rules, report);
  return { kind, version, id, statements };
}

function readVersion(
  written: Json | undefined,
  rules: KindRules,
  report: Report,
): Policy["version"] {
  if (written === "2012-10-17") return written;
  if (written !== undefined && written !== "2008-10-17") {
    addProblem(report, "syntax", "Version");
    return undefined;
  }
  if (rules.version === "current") addProblem(report, "version", "Version");
  return written;
}

function readStatements(
  written: Json | undefined,
  rules: KindRules,
  report: Report,
): readonly Statement[] {
  const single = written !== undefined && !isList(written);
  const list = single ? [written] : (written ?? []);
  if (list.length === 0) addProblem(report, "syntax", "Statement");
  const sids = new Set<string>();
  const statements: Statement[] = [];
  for (const [index, item] of list.entries()) {
    const path = single ? "Statement" : `Statement[${index}]`;
    if (!isObject(item)) {
      addProblem(report, "syntax", path);
      continue;
    }
    const statement = readStatement(item, rules, path, report);
    // Several statements may have an empty Sid.
    const { sid = "" } = statement;
    if (sid !== "" && sids.has(sid)) addProblem(report, "repeatedSid", `${path}.Sid`);
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
  if (sid !== undefined && !/^[A-Za-z0-9]*$/.test(sid)) addProblem(report, "sid", `${path}.Sid`);
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
  // AWS answers another message for the right word in another case.
  const wrongCase = typeof written === "string" && /^(allow|deny)$/i.test(written);
  addProblem(report, wrongCase ? "legacy" : "syntax", `${path}.Effect`);
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
    if (only !== undefined || except !== undefined) addProblem(report, "principalNotAllowed", path);
    return undefined;
  }
  if (except !== undefined && rules.notPrincipal === "prohibited") {
    addProblem(report, "prohibited", `${path}.NotPrincipal`, "NotPrincipal");
    return undefined;
  }
  if (only !== undefined && except !== undefined) addProblem(report, "syntax", path);
  if (only !== undefined) return readPrincipal("only", only, `${path}.Principal`, report);
  if (except !== undefined) return readPrincipal("except", except, `${path}.NotPrincipal`, report);
  addProblem(report, "missing", path, "Principal");
  return undefined;
}

function readActions(
  item: JsonObject,
  rules: KindRules,
  path: string,
  report: Report,
): PatternElement {
  const element = readPatterns(item, "Action", "noActions", path, report);
  checkPatterns(item, "Action", element, path, (pattern, patternPath) => {
    checkAction(pattern, patternPath, report);
    if (rules.actions === "assume role") checkAssumeRoleAction(pattern, patternPath, report);
  });
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
      if (item.members.has(name)) addProblem(report, "prohibited", `${path}.${name}`, name);
    }
    return undefined;
  }
  const element = readPatterns(item, "Resource", "noResources", path, report);
  checkPatterns(item, "Resource", element, path, (pattern, patternPath) =>
    checkResource(pattern, patternPath, report),
  );
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
    addProblem(report, "syntax", `${path}.${name}`);
  else if (patterns.length === 0) addProblem(report, whenNone, path);
  return { match: except === undefined ? "only" : "except", patterns: patterns ?? [] };
}

function checkPatterns(
  item: JsonObject,
  name: "Action" | "Resource",
  { match, patterns }: PatternElement,
  path: string,
  check: (pattern: string, path: string) => void,
): void {
  const element = match === "only" ? name : `Not${name}`;
  const elementPath = `${path}.${element}`;
  const listed = isList(item.members.get(element) ?? "");
  for (let i = 0; i < patterns.length; i++)
    check(patterns[i]!, listed ? `${elementPath}[${i}]` : elementPath);
}

function readText(
  item: JsonObject,
  name: string,
  prefix: string,
  report: Report,
): string | undefined {
  const written = item.members.get(name);
  if (written === undefined || typeof written === "string") return written;
  addProblem(report, "syntax", prefix + name);
  return undefined;
}

function checkElements(
  item: JsonObject,
  known: ReadonlySet<string>,
  prefix: string,
  report: Report,
): void {
  for (const name of item.members.keys())
    if (!known.has(name)) addProblem(report, "syntax", prefix + name);
  for (const name of item.repeated) addProblem(report, "syntax", prefix + name);
}
