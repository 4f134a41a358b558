import type { Issue, Problem } from "../model/issue.ts";
import type { PolicyKind } from "../model/policy.ts";
import { INVALID_CHARACTER } from "./character.ts";
import { type DocumentSpans, documentSpans, type ElementSpan } from "./document-spans.ts";
import type { Span } from "./json-tree.ts";
import { parsePolicy } from "./parse.ts";
import { isUnknown, reasonOf } from "./reason.ts";

/** An issue with where and why, for editors and people. */
export interface DescribedIssue extends Issue {
  /** A plain sentence beside AWS's, which is the same for many problems. */
  readonly reason: string;
  /** The part of the text at fault: a name, a value, or the element that lacks something. */
  readonly span: Span;
}

/** Parses a document as `parsePolicy` does, and describes what is wrong with it. Never throws. */
export function checkPolicy(text: string, kind: PolicyKind): readonly DescribedIssue[] {
  const parsed = parsePolicy(text, kind);
  return parsed.ok ? [] : describeIssues(text, parsed.issues);
}

/** Adds spans and plain reasons to the issues that `parsePolicy` found in a text. Never throws. */
export function describeIssues(text: string, issues: readonly Issue[]): readonly DescribedIssue[] {
  if (issues.length === 0) return [];
  const spans = documentSpans(text);
  const reported = new Map<string, number>();
  return issues.map((issue) => {
    if (NOT_JSON.has(issue.problem)) return { ...issue, ...jsonFault(text, spans) };
    const element = spans.elements.get(issue.path === "document" ? "" : issue.path);
    // Each report of a path is of another member with that name.
    const count = issue.problem === "syntax" ? (reported.get(issue.path) ?? 0) : 0;
    reported.set(issue.path, count + 1);
    return { ...issue, ...elementFault(issue, text, spans, element, count) };
  });
}

type Description = Pick<DescribedIssue, "reason" | "span">;

const NOT_JSON: ReadonlySet<Problem> = new Set(["json", "trustJson"]);

function jsonFault(text: string, { fault }: DocumentSpans): Description {
  const start = text.search(INVALID_CHARACTER);
  if (start < 0 || (fault !== undefined && fault.span.start <= start))
    return fault ?? { span: { start: 0, end: text.length }, reason: "The document is not JSON." };
  const code = text.charCodeAt(start).toString(16).toUpperCase().padStart(4, "0");
  const reason = `A policy may contain the character U+${code} as an escape only.`;
  return { span: { start, end: start + 1 }, reason };
}

/** Problems of an element's name. Others are of its value. */
const OF_NAME: ReadonlySet<Problem> = new Set(["prohibited", "operator"]);

function elementFault(
  issue: Issue,
  text: string,
  { elements }: DocumentSpans,
  element: ElementSpan | undefined,
  count: number,
): Description {
  if (element === undefined) {
    // The element is missing, so the fault is where it would be.
    const span = elements.get(parentOf(issue.path))?.value ?? { start: 0, end: text.length };
    return { span, reason: reasonOf(issue, "", false) };
  }
  const { key, value, repeated } = element;
  const again = issue.problem === "syntax" ? repeated[count] : undefined;
  const written = text.slice(value.start, value.end);
  const reason = reasonOf(issue, written, again !== undefined);
  const isName =
    OF_NAME.has(issue.problem) || (issue.problem === "syntax" && isUnknown(issue.path));
  return { reason, span: again ?? (isName ? (key ?? value) : value) };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf(".")));
}
