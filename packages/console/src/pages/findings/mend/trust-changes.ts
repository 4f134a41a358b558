import {
  changeStatement,
  documentText,
  listOf,
  parseDocument,
  type Statement,
} from "./document.ts";

// INVARIANT: changes narrow allows. A deny may be in the statement's place by now; narrower, it
// would let somebody in.

/** Nobody can assume a role whose trust policy is this alone. */
const NOBODY: Statement = {
  Sid: "Nobody",
  Effect: "Deny",
  Principal: { AWS: "*" },
  Action: "sts:AssumeRole",
};

/** Takes a principal out of a trust policy. When no statement is left, the policy denies all. */
export function withoutPrincipal(
  text: string,
  index: number,
  principal: string,
): string | undefined {
  const document = parseDocument(text);
  const statement = document?.Statement[index];
  if (document === undefined || statement?.Effect !== "Allow") return undefined;
  const { Principal } = statement;
  const left = Principal === undefined ? undefined : principalWithout(Principal, principal);
  // It is gone already, or the statement names everyone but some.
  if (left === undefined || left === Principal) return undefined;
  const next = left === "nobody" ? [] : [{ ...statement, Principal: left }];
  const statements = document.Statement.toSpliced(index, 1, ...next);
  return documentText({
    ...document,
    Statement: statements.some(({ Effect }) => Effect === "Allow") ? statements : [NOBODY],
  });
}

type Principal = NonNullable<Statement["Principal"]>;

function principalWithout(principal: Principal, name: string): Principal | "nobody" {
  if (principal === "*") return name === "*" ? "nobody" : principal;
  const entries = Object.entries(principal);
  if (!entries.some(([, value]) => listOf(value).includes(name))) return principal;
  const left = entries.flatMap(([type, value]): [string, string | string[]][] => {
    const names = listOf(value).filter((one) => one !== name);
    const [only] = names;
    if (only === undefined) return [];
    return [[type, names.length === 1 ? only : names]];
  });
  return left.length === 0 ? "nobody" : Object.fromEntries(left);
}

/** Lets the role be assumed from its own account alone, by who is allowed to there. */
export const onlyOwnAccount = (text: string, index: number, account: string): string | undefined =>
  changeStatement(text, index, ({ Principal, NotPrincipal: _, ...statement }) => {
    if (statement.Effect !== "Allow") return undefined;
    const root = `arn:aws:iam::${account}:root`;
    const isSame =
      typeof Principal === "object" &&
      Object.keys(Principal).length === 1 &&
      listOf(Principal.AWS).join() === root;
    return isSame ? undefined : { ...statement, Principal: { AWS: root } };
  });

/** Requires an external id, which the other side has to send. */
export const withExternalId = (text: string, index: number, id: string): string | undefined =>
  changeStatement(text, index, ({ Condition = {}, ...statement }) => {
    const { StringEquals = {} } = Condition;
    if (statement.Effect !== "Allow" || "sts:ExternalId" in StringEquals) return undefined;
    return {
      ...statement,
      Condition: { ...Condition, StringEquals: { ...StringEquals, "sts:ExternalId": id } },
    };
  });
