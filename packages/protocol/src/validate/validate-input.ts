import type { Input } from "../message/wire.ts";
import type { Constraint, Constraints } from "../schema/constraints.ts";
import type { Service } from "../schema/service.ts";

/** A string longer than its own limit and than this is not held against its pattern: it is refused already. */
const MAX_PATTERN_CHARACTERS = 1024;

/** Violations named at most; a message of megabytes would help nobody. */
const MAX_VIOLATIONS = 100;

/**
 * Every constraint that an input violates, in one message as AWS words it; undefined when there is none.
 * IAM does not repeat the offending value, STS and Organizations do (recorded from AWS in 2025); secrets are never repeated.
 * IAM has a sentence of its own for a path of wrong characters; for wrong characters in a name we give the pattern.
 * @throws {TypeError} when the service has no such operation
 */
export function validateInput(
  service: Service,
  operation: string,
  input: Input,
): string | undefined {
  if (!service.operations.has(operation))
    throw new TypeError(`${service.name} has no operation \`${operation}\``);
  const { operations, shapes } = service.constraints;
  const shape = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (shape === undefined) return undefined;
  const check: Check = { shapes, terse: service.name === "iam", violations: [] };
  judge(check, input, shape, "");
  const { length } = check.violations;
  if (length === 0) return undefined;
  if (length === 1 && check.wrongPath !== undefined) return pathSentence(check.wrongPath);
  return `${length} validation error${length === 1 ? "" : "s"} detected: ${check.violations.join("; ")}`;
}

interface Check {
  readonly shapes: Constraints["shapes"];
  /** Whether messages leave out what IAM leaves out. */
  readonly terse: boolean;
  readonly violations: string[];
  /** The member that has IAM's form of a path, and does not match it. */
  wrongPath?: string;
}

const PATH_SHAPES: ReadonlySet<string> = new Set(["pathType", "policyPathType"]);

// Recorded from AWS.
const pathSentence = (member: string): string =>
  `The specified value for ${member} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`;

function judge(check: Check, value: unknown, shapeName: string, path: string): void {
  const shape = check.shapes[shapeName];
  if (shape === undefined) throw new TypeError(`no shape \`${shapeName}\``);
  if (check.violations.length >= MAX_VIOLATIONS) return;
  for (const fault of faults(check, value, shape)) {
    report(check, value, shape, path, fault);
    if (check.terse && PATH_SHAPES.has(shapeName) && fault === matching(shape.pattern ?? ""))
      check.wrongPath = path;
  }
  if (Array.isArray(value)) judgeElements(check, value, shape, path);
  else if (shape.members !== undefined) judgeMembers(check, fieldsOf(value), shape.members, path);
  else if (shape.key !== undefined || shape.value !== undefined)
    judgeEntries(check, fieldsOf(value), shape, path);
}

function judgeMembers(
  check: Check,
  fields: ReadonlyMap<string, unknown>,
  members: NonNullable<Constraint["members"]>,
  prefix: string,
): void {
  for (const [name, { shape, required }] of Object.entries(members)) {
    const value = fields.get(name);
    const path = prefix + camelCase(name);
    if (value === undefined) {
      if (required === true) report(check, null, {}, path, "Member must not be null");
    } else if (shape !== undefined) {
      judge(check, value, shape, check.shapes[shape]?.members === undefined ? path : `${path}.`);
    }
  }
}

// `tags.1.member.key` is a member of a list's first structure; a list of mere strings is at fault as a whole, and AWS
// then names all that it demands of them.
function judgeElements(
  check: Check,
  values: readonly unknown[],
  { member }: Constraint,
  path: string,
): void {
  const element = member === undefined ? undefined : check.shapes[member];
  if (member === undefined || element === undefined) return;
  if (element.members !== undefined) {
    for (const [at, value] of values.entries())
      judge(check, value, member, `${path}.${at + 1}.member.`);
  } else if (values.some((value) => faults(check, value, element).length > 0)) {
    const demands = demandsOf(check, element).join(", ");
    report(check, values, element, path, `Member must satisfy constraint: [${demands}]`);
  }
}

function judgeEntries(
  check: Check,
  entries: ReadonlyMap<string, unknown>,
  shape: Constraint,
  path: string,
): void {
  for (const [key, value] of entries) {
    if (shape.key !== undefined) judge(check, key, shape.key, `${path}.${key}.key`);
    if (shape.value !== undefined) judge(check, value, shape.value, `${path}.${key}.member`);
  }
}

function faults(check: Check, value: unknown, shape: Constraint): string[] {
  const { min, max, pattern } = shape;
  const unit = typeof value === "number" ? "value" : "length";
  const size = sizeOf(value);
  const found: string[] = [];
  if (max !== undefined && size > max) found.push(atMost(unit, max));
  if (min !== undefined && size < min) found.push(atLeast(unit, min));
  if (typeof value !== "string") return found;
  if (shape.enum !== undefined && !shape.enum.includes(value)) found.push(oneOf(check, shape.enum));
  if (
    pattern !== undefined &&
    size <= Math.max(max ?? 0, MAX_PATTERN_CHARACTERS) &&
    !regex(pattern).test(value)
  ) {
    found.push(matching(pattern));
  }
  return found;
}

function demandsOf(check: Check, { min, max, pattern, enum: values }: Constraint): string[] {
  return [
    ...(max === undefined ? [] : [atMost("length", max)]),
    ...(min === undefined ? [] : [atLeast("length", min)]),
    ...(values === undefined ? [] : [oneOf(check, values)]),
    ...(pattern === undefined ? [] : [matching(pattern)]),
  ];
}

const atMost = (unit: string, max: number) =>
  `Member must have ${unit} less than or equal to ${max}`;
const atLeast = (unit: string, min: number) =>
  `Member must have ${unit} greater than or equal to ${min}`;
const matching = (pattern: string) => `Member must satisfy regular expression pattern: ${pattern}`;
const oneOf = ({ terse }: Check, values: readonly string[]) =>
  `Member must satisfy enum value set${terse ? "" : `: [${values.join(", ")}]`}`;

function report(
  check: Check,
  value: unknown,
  { sensitive }: Constraint,
  path: string,
  fault: string,
): void {
  const shown = check.terse || sensitive === true ? "" : ` ${display(value)}`;
  check.violations.push(`Value${shown} at '${path}' failed to satisfy constraint: ${fault}`);
}

const MAX_SHOWN_CHARACTERS = 256;

function display(value: unknown): string {
  if (value === null) return "null";
  const text = Array.isArray(value)
    ? `[${value.filter((item) => typeof item !== "object").join(", ")}]`
    : String(value);
  return `'${text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}...` : text}'`;
}

function sizeOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string") return codePoints(value);
  return Array.isArray(value) ? value.length : fieldsOf(value).size;
}

function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) count++;
  return count;
}

const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);

// AWS's own lower camel case: only the first letter changes (`SAMLAssertion` is `sAMLAssertion`).
const camelCase = (name: string) => name.slice(0, 1).toLowerCase() + name.slice(1);

const regexes = new Map<string, RegExp>();

// The patterns are AWS's and few; none is made from input, and none backtracks more than quadratically. Java's `\,` means
// a comma, which JavaScript's Unicode mode wants bare.
function regex(pattern: string): RegExp {
  const known = regexes.get(pattern);
  if (known !== undefined) return known;
  const made = new RegExp(`^(?:${pattern.replace(/\\([,@=_:])/g, "$1")})$`, "u");
  regexes.set(pattern, made);
  return made;
}
