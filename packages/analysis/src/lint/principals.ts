import { type CheckRule, ofStatements } from "./check.ts";
import type { Found, LintDocument, Principals } from "./document.ts";

const KEYS = ["AWS", "Federated", "Service", "CanonicalUser"];

/** Checks of Principal and NotPrincipal. */
export const PRINCIPAL_CHECKS: readonly CheckRule[] = [
  {
    title: "Invalid principal format",
    type: "ERROR",
    find: eachPrincipal(function* (principals) {
      const { node } = principals;
      if (node.type === "object" || (node.type === "string" && node.value === "*")) return;
      yield {
        at: principals,
        details:
          "The Principal element contents are not valid. Specify a key-value pair in the Principal element.",
      };
    }),
  },
  {
    title: "Invalid principal key",
    type: "ERROR",
    find: eachPrincipal(function* ({ node, path }) {
      if (node.type !== "object") return;
      for (const { key } of node.members) {
        if (KEYS.includes(key.value)) continue;
        yield {
          at: { node: key, path: [...path, { key: key.value }] },
          details: `The principal key ${key.value} is not valid. Use one of: ${KEYS.join(", ")}.`,
        };
      }
    }),
  },
  {
    title: "Empty object principal",
    type: "ERROR",
    find: eachPrincipal(function* (principals) {
      if (principals.node.type !== "object" || principals.node.members.length > 0) return;
      const details =
        "This statement includes no principals and does not affect the policy. Specify principals.";
      yield { at: principals, details };
    }),
  },
  {
    title: "Empty array principal",
    type: "ERROR",
    find: eachPrincipal(function* ({ node, path }) {
      if (node.type !== "object") return;
      for (const { key, value } of node.members) {
        if (value.type !== "array" || value.items.length > 0) continue;
        yield {
          at: { node: value, path: [...path, { key: key.value }] },
          details:
            "This statement includes no principals and does not affect the policy. Specify principals.",
        };
      }
    }),
  },
  {
    title: "Unsupported wildcard in principal",
    type: "ERROR",
    find: eachPrincipal(function* ({ names }) {
      for (const name of names) {
        if (!/[*?]/.test(name.text) || (name.type === "AWS" && name.text === "*")) continue;
        yield {
          at: name,
          details: `Wildcards (*, ?) are not supported with the principal key ${name.type}. Replace the wildcard with a valid principal value.`,
        };
      }
    }),
  },
  {
    title: "Allow with not principal",
    type: "SECURITY_WARNING",
    find: ofStatements(function* ({ effect, principals }) {
      if (effect !== "Allow" || principals?.except !== true) return;
      yield {
        at: principals,
        details:
          "Using Allow with NotPrincipal can be overly permissive. We recommend that you use Principal instead.",
      };
    }),
  },
  {
    title: "Allow everyone",
    type: "SECURITY_WARNING",
    page: "reference_policies_elements_principal",
    find: ofStatements(function* ({ effect, principals, conditions }) {
      if (effect !== "Allow" || principals === undefined || principals.except) return;
      if (!principals.everyone || conditions.length > 0) return;
      yield {
        at: principals,
        details:
          "This statement allows everyone, of any account and without credentials. We recommend that you name principals, or add a condition that tells yours.",
      };
    }),
  },
  {
    title: "Mismatched action for principal",
    type: "ERROR",
    find: ofStatements(findMismatches),
  },
  ...(["role", "user"] as const).map(
    (what): CheckRule => ({
      title: `Invalid ${what} reference`,
      type: "WARNING",
      find: eachPrincipal(function* ({ names }) {
        for (const name of names) {
          if (name.type !== "AWS" || !name.text.startsWith(what === "role" ? "AROA" : "AIDA"))
            continue;
          yield {
            at: name,
            details: `The Principal element includes the IAM ${what} ID ${name.text}. We recommend that you use a ${what} ARN instead.`,
          };
        }
      }),
    }),
  ),
];

function eachPrincipal(
  find: (principals: Principals, document: LintDocument) => Iterable<Found>,
): CheckRule["find"] {
  return ofStatements(function* ({ principals }, document) {
    if (principals !== undefined) yield* find(principals, document);
  });
}

/** Only callers with a provider's token call AssumeRoleWith..., and they call nothing else. */
function* findMismatches(
  { principals, actions }: LintDocument["statements"][number],
  { kind }: LintDocument,
): Generator<Found> {
  if (kind !== "trust" || principals === undefined || actions === undefined) return;
  const named = (action: string) => actions.texts.find(({ text }) => text.toLowerCase() === action);
  const types = new Set(principals.names.map(({ type }) => type));
  const wild = actions.texts.some(({ text }) => /[*?]/.test(text));
  const web = named("sts:assumerolewithwebidentity");
  const saml = named("sts:assumerolewithsaml");
  const plain = named("sts:assumerole");
  const federatedOnly = types.size === 1 && types.has("Federated");
  if (federatedOnly && plain !== undefined && web === undefined && saml === undefined && !wild) {
    yield {
      at: plain,
      details: `The ${plain.text} action is invalid with the following principal(s): ${principals.names.map(({ text }) => text).join(", ")}. Use a SAML provider principal with the sts:AssumeRoleWithSAML action or use an OIDC provider principal with the sts:AssumeRoleWithWebIdentity action.`,
    };
  }
  for (const action of [web, saml]) {
    if (
      action === undefined ||
      types.size === 0 ||
      types.has("Federated") ||
      plain !== undefined ||
      wild
    )
      continue;
    yield {
      at: action,
      details: `The ${action.text} action is invalid with the following principal(s): ${principals.names.map(({ text }) => text).join(", ")}. It needs a Federated principal.`,
    };
  }
}
