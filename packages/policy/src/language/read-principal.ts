import type { PrincipalElement, PrincipalName } from "../model/policy.ts";
import { isObject, type Json, textsOf } from "./json.ts";
import { addProblem, type Report } from "./problem.ts";

type PrincipalType = PrincipalName["type"];

const TYPES: ReadonlyMap<
  string,
  { readonly type: PrincipalType; readonly accepts: (value: string) => boolean }
> = new Map([
  ["AWS", { type: "AWS", accepts: isAwsPrincipal }],
  ["Federated", { type: "Federated", accepts: hasNoWildcard }],
  ["Service", { type: "Service", accepts: hasNoWildcard }],
  ["CanonicalUser", { type: "CanonicalUser", accepts: hasNoWildcard }],
]);

/** The types of principals that a document may name. */
export const principalTypes = (): readonly string[] => [...TYPES.keys()];

/**
 * Reads Principal or NotPrincipal (IAM UG/reference_policies_elements_principal), and reports its
 * problems.
 */
export function readPrincipal(
  match: "only" | "except",
  written: Json,
  path: string,
  report: Report,
): PrincipalElement | undefined {
  if (written === "*") return { match, everyone: true, names: [] };
  if (!isObject(written) || written.repeated.length > 0 || written.members.size === 0) {
    addProblem(report, "syntax", path);
    return undefined;
  }
  let everyone = false;
  const names: PrincipalName[] = [];
  for (const [typeName, list] of written.members) {
    const known = TYPES.get(typeName);
    const values = textsOf(list);
    if (known === undefined || values === undefined || values.length === 0) {
      addProblem(report, "syntax", `${path}.${typeName}`);
      continue;
    }
    for (const value of values) {
      if (typeName === "AWS" && value === "*") everyone = true;
      else if (known.accepts(value)) names.push({ type: known.type, value });
      else
        addProblem(
          report,
          "principal",
          `${path}.${typeName}`,
          `"${typeName.toUpperCase()}":"${value}"`,
        );
    }
  }
  return { match, everyone, names };
}

/** An account id, an ARN of IAM or STS, or a unique id. A name has no wildcards. */
function isAwsPrincipal(value: string): boolean {
  return (
    hasNoWildcard(value) && (/^\d{12}$/.test(value) || ARN.test(value) || UNIQUE_ID.test(value))
  );
}

const ARN =
  /^arn:aws[a-z-]*:(?:iam::\d{12}:(?:root$|user\/.|role\/.)|sts::\d{12}:(?:assumed-role\/[^/]+\/.|federated-user\/.))/;
const UNIQUE_ID = /^A(?:IDA|ROA)[A-Z0-9]{12,124}$/;

function hasNoWildcard(value: string): boolean {
  return value !== "" && !/[*?]/.test(value);
}
