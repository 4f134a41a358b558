import { principalTypes } from "@portcullis/policy";
import { type CheckRule, ofStatements } from "./check.ts";
import {
  type Found,
  isEmptyList,
  isEmptyObject,
  type LintDocument,
  type LocatedText,
  membersOf,
  type Principals,
  textOf,
} from "./document.ts";

const NO_PRINCIPALS =
  "This statement includes no principals and does not affect the policy. Specify principals.";

const namesOf = ({ names }: Principals): Principals["names"] => names;

/** Checks of Principal and NotPrincipal. */
export const PRINCIPAL_CHECKS: readonly CheckRule[] = [
  {
    title: "Invalid principal format",
    type: "ERROR",
    find: ofStatements(({ principals: at }) => {
      if (at === undefined || at.node.type === "object" || textOf(at) === "*") return undefined;
      const details =
        "The Principal element contents are not valid. Specify a key-value pair in the Principal element.";
      return { at, details };
    }),
  },
  {
    title: "Invalid principal key",
    type: "ERROR",
    find: ofParts(membersOf, ({ name, key }) => {
      if (principalTypes().includes(name)) return undefined;
      const details = `The principal key ${name} is not valid. Use one of: ${principalTypes().join(", ")}.`;
      return { at: key, details };
    }),
  },
  {
    title: "Empty object principal",
    type: "ERROR",
    find: ofStatements(({ principals: at }) =>
      at !== undefined && isEmptyObject(at) ? { at, details: NO_PRINCIPALS } : undefined,
    ),
  },
  {
    title: "Empty array principal",
    type: "ERROR",
    find: ofParts(membersOf, ({ value: at }) =>
      isEmptyList(at) ? { at, details: NO_PRINCIPALS } : undefined,
    ),
  },
  {
    title: "Unsupported wildcard in principal",
    type: "ERROR",
    find: ofParts(namesOf, (at) => {
      const { text, type } = at;
      if (!/[*?]/.test(text) || (type === "AWS" && text === "*")) return undefined;
      const details = `Wildcards (*, ?) are not supported with the principal key ${type}. Replace the wildcard with a valid principal value.`;
      return { at, details };
    }),
  },
  {
    title: "Allow with not principal",
    type: "SECURITY_WARNING",
    find: ofStatements(({ effect, principals: at }) => {
      if (effect !== "Allow" || at?.except !== true) return undefined;
      const details =
        "Using Allow with NotPrincipal can be overly permissive. We recommend that you use Principal instead.";
      return { at, details };
    }),
  },
  {
    title: "Allow everyone",
    type: "SECURITY_WARNING",
    page: "reference_policies_elements_principal",
    find: ofStatements(({ effect, principals: at, conditions }) => {
      if (effect !== "Allow" || at?.everyone !== true || at.except || conditions.length > 0)
        return undefined;
      const details =
        "This statement allows everyone, of any account and without credentials. We recommend that you name principals, or add a condition that tells yours.";
      return { at, details };
    }),
  },
  {
    title: "Mismatched action for principal",
    type: "ERROR",
    find: findMismatches,
  },
  uniqueId("role", "AROA"),
  uniqueId("user", "AIDA"),
];

/** A check that looks at one part of a Principal or NotPrincipal element at a time. */
function ofParts<T>(
  partsOf: (principals: Principals) => readonly T[],
  find: (part: T) => Found | undefined,
): CheckRule["find"] {
  return function* ({ statements }) {
    for (const { principals } of statements)
      if (principals !== undefined) for (const part of partsOf(principals)) yield find(part);
  };
}

function uniqueId(what: string, prefix: string): CheckRule {
  return {
    title: `Invalid ${what} reference`,
    type: "WARNING",
    find: ofParts(namesOf, (at) => {
      if (at.type !== "AWS" || !at.text.startsWith(prefix)) return undefined;
      const details = `The Principal element includes the IAM ${what} ID ${at.text}. We recommend that you use a ${what} ARN instead.`;
      return { at, details };
    }),
  };
}

/** Only callers with a provider's token call AssumeRoleWith..., and they call nothing else. */
function* findMismatches({ kind, statements }: LintDocument): Generator<Found> {
  if (kind !== "trust") return;
  for (const { principals, actions } of statements) {
    if (principals === undefined || actions === undefined) continue;
    if (actions.texts.some(({ text }) => /[*?]/.test(text))) continue;
    const named = (action: string) =>
      actions.texts.find(({ text }) => text.toLowerCase() === action);
    const plain = named("sts:assumerole");
    const withToken = [
      named("sts:assumerolewithwebidentity"),
      named("sts:assumerolewithsaml"),
    ].filter((action) => action !== undefined);
    const types = new Set(principals.names.map(({ type }) => type));
    const mismatch = (at: LocatedText, advice: string): Found => ({
      at,
      details: `The ${at.text} action is invalid with the following principal(s): ${principals.names.map(({ text }) => text).join(", ")}. ${advice}`,
    });
    if (plain === undefined) {
      if (types.size === 0 || types.has("Federated")) continue;
      for (const action of withToken) yield mismatch(action, "It needs a Federated principal.");
    } else if (types.size === 1 && types.has("Federated") && withToken.length === 0) {
      yield mismatch(
        plain,
        "Use a SAML provider principal with the sts:AssumeRoleWithSAML action or use an OIDC provider principal with the sts:AssumeRoleWithWebIdentity action.",
      );
    }
  }
}
