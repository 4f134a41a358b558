import type { Issue, Problem } from "../model/issue.ts";
import { POLICY_ELEMENTS, STATEMENT_ELEMENTS } from "./element.ts";

/** What a reason mentions. */
interface Fault {
  /** The last name in the issue's path. */
  readonly name: string;
  /** The element's text in the document; empty if it is missing. */
  readonly written: string;
}

/** Why a document breaks a rule, by the rule. Syntax is by element below. */
const REASONS: Readonly<Record<Exclude<Problem, "syntax">, (fault: Fault) => string>> = {
  json: () => "The document is not JSON.",
  trustJson: () => "The document is not JSON.",
  prohibited: ({ name }) => `A trust policy has no ${name} element.`,
  missing: () => "A statement of this kind of policy must name its principals.",
  principalNotAllowed: () => "Only policies of resources and roles name principals.",
  principal: ({ written }) =>
    `${written} names no principal, such as an account id, the ARN of a user or role, or "*".`,
  version: () => 'The document must have "Version": "2012-10-17".',
  operator: ({ name }) => `There is no condition operator ${name}. Names are case-sensitive.`,
  legacy: legacyReason,
  partition: () => "The second part of an ARN is a partition, such as aws.",
  notArn: ({ written }) => `${written} is neither "*" nor an ARN, which begins with arn:.`,
  resourceVendor: () => "The third part of an ARN is a service, without wildcards.",
  iamRegion: () => "ARNs of IAM have no region: arn:aws:iam::account:...",
  iamPath: () => "The sixth part of an ARN of IAM begins with a kind of resource, such as user/.",
  sid: () => "A statement's Sid has letters and digits only.",
  repeatedSid: ({ written }) => `Another statement has the Sid ${written}.`,
  noVendor: ({ written }) =>
    `${written} has no service. An action is service:Name, such as iam:GetUser.`,
  vendor: ({ written }) => `The service in ${written} may have letters, digits, "." and "-" only.`,
  colons: ({ written }) => `${written} has more than one colon. An action is service:Name.`,
  notAssumeRole: () =>
    "A trust policy has actions that assume the role only, such as sts:AssumeRole.",
  noActions: () => "The statement needs an Action or NotAction element with at least one action.",
  noResources: () =>
    "The statement needs a Resource or NotResource element with at least one resource.",
};

/** Why an element has a syntax error, by its name. */
const SYNTAX: ReadonlyMap<string, string> = new Map([
  ["document", "A policy is a JSON object with Version and Statement."],
  ["Version", 'The version must be "2012-10-17" or "2008-10-17".'],
  ["Id", "Id must be a string."],
  ["Statement", "A policy needs at least one statement, and a statement is a JSON object."],
  ["Sid", "Sid must be a string."],
  ["Effect", 'A statement needs an Effect: "Allow" or "Deny".'],
  ["Action", "A statement has one of Action and NotAction: a string, or a list of strings."],
  ["Resource", "A statement has one of Resource and NotResource: a string, or a list of strings."],
  ["Principal", 'Principals are "*", or an object such as {"AWS": "123456789012"}.'],
  ["NotPrincipal", 'Principals are "*", or an object such as {"AWS": "123456789012"}.'],
  [
    "Condition",
    "A Condition is an object of operators, each once, with an object of keys and values.",
  ],
]);

/**
 * A plain sentence that says why an issue is one. `written` is the element's text, if there is one.
 */
export function reasonOf({ problem, path }: Issue, written: string, repeated: boolean): string {
  const name = lastName(path);
  const fault = { name, written: shorten(written) };
  if (problem !== "syntax") return REASONS[problem](fault);
  if (repeated) return `There are two elements ${name}.`;
  if (/^Statement(\[\d+\])?$/.test(path) && written.startsWith("{"))
    return "A statement has one of Principal and NotPrincipal.";
  const known = knownElements(path);
  if (known !== undefined && isUnknown(path)) return unknownElement(name, known);
  if (/^Statement(\[\d+\])?\.(Not)?Principal\../.test(path))
    return "Principals are AWS, Federated, Service or CanonicalUser, each a string or a list of strings.";
  if (known === undefined && path.includes(".Condition."))
    return "An operator has an object of keys, each once, with a value or a list of values.";
  return SYNTAX.get(name) ?? "This element is not what the grammar of policies has here.";
}

/** Whether the grammar has no element with the last name of a path. */
export function isUnknown(path: string): boolean {
  return knownElements(path)?.has(lastName(path)) === false;
}

/** The elements that may stand where a path is. Undefined within Principal and Condition. */
function knownElements(path: string): ReadonlySet<string> | undefined {
  if (path === "document") return undefined;
  const within = /^Statement(?:\[\d+\])?(?:\.(.*))?$/.exec(path);
  if (within === null) return POLICY_ELEMENTS;
  const [, inner] = within;
  if (inner === undefined) return POLICY_ELEMENTS;
  return /^(?:Not)?Principal\.|^Condition\./.test(inner) ? undefined : STATEMENT_ELEMENTS;
}

function unknownElement(name: string, known: ReadonlySet<string>): string {
  const meant = [...known].find((other) => other.toLowerCase() === name.toLowerCase());
  const hint =
    meant === undefined ? `Its elements are ${[...known].join(", ")}.` : `Its name is ${meant}.`;
  return `There is no element ${name} here. ${hint}`;
}

function legacyReason({ name, written }: Fault): string {
  if (name === "Effect") return 'The effect must be "Allow" or "Deny", in this case.';
  return /^(Not)?Resource$/.test(name)
    ? `${written} has fewer than the six parts of an ARN, some of them empty.`
    : `${written} is not of the operator's type.`;
}

function lastName(path: string): string {
  const operator = /^Statement(?:\[\d+\])?\.Condition\.([^.]+)$/.exec(path);
  if (operator !== null) return operator[1] ?? "";
  const inner = path.slice(path.lastIndexOf(".") + 1);
  return inner.replace(/\[\d+\]$/, "");
}

const SHOWN_CHARACTERS = 100;

function shorten(written: string): string {
  return written.length <= SHOWN_CHARACTERS ? written : `${written.slice(0, SHOWN_CHARACTERS)}...`;
}
