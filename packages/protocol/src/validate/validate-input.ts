import type { Input } from "../message/wire.ts";
import type { Constraint, Constraints } from "../schema/constraints.ts";
import type { Service } from "../schema/service.ts";

/**
 * A string longer than its limit and this is not matched with its pattern: it is refused anyway.
 */
const MAX_PATTERN_CHARACTERS = 1024;

/** The most violations that a message names. */
const MAX_VIOLATIONS = 100;

/**
 * All constraints that an input violates, in one message in AWS's words. Undefined if there is
 * none. IAM does not repeat the value, STS and Organizations do (recorded from AWS in 2025).
 * Secrets are never repeated. IAM has a sentence of its own for a path with wrong characters; for a
 * name with wrong characters this names the pattern.
 * @throws {TypeError} if the service has no such operation
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
  checkValue(check, input, shape, "");
  const { length } = check.violations;
  if (length === 0) return undefined;
  if (length === 1 && check.wrongPath !== undefined) return pathSentence(check.wrongPath);
  return `${length} validation error${length === 1 ? "" : "s"} detected: ${check.violations.join("; ")}`;
}

interface Check {
  readonly shapes: Constraints["shapes"];
  /** Whether messages leave out values and enums, as IAM's do. */
  readonly terse: boolean;
  readonly violations: string[];
  /** The member that has IAM's form of a path, and does not match it. */
  wrongPath?: string;
}

const PATH_SHAPES: ReadonlySet<string> = new Set(["pathType", "policyPathType"]);

// Recorded from AWS.
const pathSentence = (member: string): string =>
  `The specified value for ${member} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`;

function checkValue(check: Check, value: unknown, shapeName: string, path: string): void {
  const shape = check.shapes[shapeName];
  if (shape === undefined) throw new TypeError(`no shape \`${shapeName}\``);
  if (check.violations.length >= MAX_VIOLATIONS) return;
  for (const violation of violationsOf(check, value, shape)) {
    report(check, value, shape, path, violation);
    if (check.terse && PATH_SHAPES.has(shapeName) && violation === matching(shape.pattern ?? ""))
      check.wrongPath = path;
  }
  if (Array.isArray(value)) checkElements(check, value, shape, path);
  else if (shape.members !== undefined) checkMembers(check, fieldsOf(value), shape.members, path);
  else if (shape.key !== undefined || shape.value !== undefined)
    checkEntries(check, fieldsOf(value), shape, path);
}

function checkMembers(
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
      checkValue(
        check,
        value,
        shape,
        check.shapes[shape]?.members === undefined ? path : `${path}.`,
      );
    }
  }
}

// `tags.1.member.key` is a member of a list's first structure. A violation in a list of scalars is
// the list's as a whole, and AWS then names all constraints of the elements.
function checkElements(
  check: Check,
  values: readonly unknown[],
  { member }: Constraint,
  path: string,
): void {
  const element = member === undefined ? undefined : check.shapes[member];
  if (member === undefined || element === undefined) return;
  if (element.members !== undefined) {
    for (const [at, value] of values.entries())
      checkValue(check, value, member, `${path}.${at + 1}.member.`);
  } else if (values.some((value) => violationsOf(check, value, element).length > 0)) {
    const all = allConstraints(check, element).join(", ");
    report(check, values, element, path, `Member must satisfy constraint: [${all}]`);
  }
}

function checkEntries(
  check: Check,
  entries: ReadonlyMap<string, unknown>,
  shape: Constraint,
  path: string,
): void {
  for (const [key, value] of entries) {
    if (shape.key !== undefined) checkValue(check, key, shape.key, `${path}.${key}.key`);
    if (shape.value !== undefined) checkValue(check, value, shape.value, `${path}.${key}.member`);
  }
}

function violationsOf(check: Check, value: unknown, shape: Constraint): string[] {
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

function allConstraints(check: Check, { min, max, pattern, enum: values }: Constraint): string[] {
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
  violation: string,
): void {
  const shown = check.terse || sensitive === true ? "" : ` ${display(value)}`;
  check.violations.push(`Value${shown} at '${path}' failed to satisfy constraint: ${violation}`);
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

// AWS's lower camel case changes only the first letter: `sAMLAssertion`.
const camelCase = (name: string) => name.slice(0, 1).toLowerCase() + name.slice(1);

const regexes = new Map<string, RegExp>();

// The patterns are AWS's, never made from input, and none backtracks more than quadratically.
// JavaScript's Unicode mode does not allow Java's escapes such as `\,`.
function regex(pattern: string): RegExp {
  const known = regexes.get(pattern);
  if (known !== undefined) return known;
  const made = new RegExp(`^(?:${pattern.replace(/\\([,@=_:])/g, "$1")})$`, "u");
  regexes.set(pattern, made);
  return made;
}
