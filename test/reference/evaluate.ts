import { holds, matches, tokenise } from "./condition.ts";
import { type Document, list, type Request, type Statement } from "./request.ts";
import { matchesTokens, tokensOf } from "./wildcard.ts";

/**
 * The oracle: AWS's prose, line by line, as slow and plain as can be. It shares no code with the
 * engine, reads documents as JSON.parse gives them, and takes them to be valid.
 */

/** `allowed`, `explicitDeny`, or `implicitDeny: <the kind of policy that should have allowed>`. */
export function decide(r: Request): string {
  const { identity, boundary, session, serviceControl = [], ofResource = [], principal: p } = r;
  const all = [
    ...serviceControl.flat(),
    ...ofResource,
    ...identity,
    ...(boundary ?? []),
    ...(session ?? []),
  ];
  const allows = (documents: readonly Document[]) => closest(documents, "Allow", r) !== "nobody";
  if (closest(all, "Deny", r) !== "nobody") return "explicitDeny";
  if (!serviceControl.every(allows)) return "implicitDeny: service control";
  const named = closest(ofResource, "Allow", r);
  const notByResource =
    r.trust === true ? "implicitDeny: role trust" : "implicitDeny: resource-based";
  if (!("account" in p)) return named === "itself" ? "allowed" : notByResource;
  let limits = "allowed";
  if (session === undefined ? p.type === "FederatedUser" : !allows(session))
    limits = "implicitDeny: session";
  if (boundary !== undefined && !allows(boundary)) limits = "implicitDeny: permissions boundary";
  const sameAccount = (r.resourceAccount ?? p.account) === p.account;
  if (named === "nobody" && (!sameAccount || r.trust === true)) return notByResource;
  if (named === "itself" && sameAccount) return "allowed";
  if (named === "entity" && sameAccount) return limits;
  return p.type === "Root" || allows(identity) ? limits : "implicitDeny: identity-based";
}

const CLOSENESS = ["nobody", "account", "entity", "itself"];

function closest(documents: readonly Document[], effect: string, r: Request): string {
  const naming = documents.flatMap(({ Version, Statement }) =>
    Statement.filter((s) => s.Effect === effect && applies(s, Version === "2012-10-17", r)).map(
      (s) => names(s, r),
    ),
  );
  return CLOSENESS.findLast((closeness) => naming.includes(closeness)) ?? "nobody";
}

function names({ Effect, Principal, NotPrincipal }: Statement, { principal: p }: Request): string {
  const listed = Principal ?? NotPrincipal;
  if (listed === undefined) return "itself";
  const has = (type: string, ...ids: string[]) =>
    listed !== "*" && ids.some((id) => list(listed[type]).includes(id));
  const everyone = listed === "*" || has("AWS", "*");
  const is: { account?: boolean; entity?: boolean; itself?: boolean } = {};
  if ("account" in p) is.account = has("AWS", p.account, `arn:aws:iam::${p.account}:root`);
  if (p.type === "AssumedRole") is.entity = has("AWS", p.roleArn, p.roleId);
  if (p.type === "FederatedUser") is.entity = has("AWS", p.userArn);
  if ("account" in p) is.itself = has("AWS", p.arn, p.userId);
  if (p.type === "Service") is.itself = has("Service", p.service);
  if (p.type === "Federated") is.itself = has("Federated", p.provider);
  const strangerAllowed = p.type === "Federated" && Effect === "Allow";
  if (NotPrincipal !== undefined) {
    const known = Object.values(is);
    const spared =
      Effect === "Deny"
        ? known.length > 0 && known.every(Boolean)
        : known.some(Boolean) || strangerAllowed;
    return everyone || spared ? "nobody" : "itself";
  }
  if (is.itself === true || (everyone && !strangerAllowed)) return "itself";
  return is.entity === true ? "entity" : is.account === true ? "account" : "nobody";
}

function applies(s: Statement, variables: boolean, r: Request): boolean {
  const action = r.action.toLowerCase().split("");
  const isAction = (pattern: string) => matchesTokens(tokensOf(pattern.toLowerCase()), action);
  if (s.NotAction ? list(s.NotAction).some(isAction) : !list(s.Action).some(isAction)) return false;
  // Where a match takes rights away, colons are characters like others; else the first five
  // separate an ARN's parts.
  const separators = (s.Effect === "Deny") === (s.NotResource === undefined) ? 0 : 5;
  const isResource = (pattern: string) => {
    // Variables stand only behind the fifth colon.
    const [head = pattern, part = ""] = /^((?:[^:]*:){5})([\s\S]*)$/.exec(pattern)?.slice(1) ?? [];
    const rest = tokenise(part, variables ? r.context : undefined, 0);
    return (
      rest &&
      matches([...(tokenise(head, undefined, separators) ?? []), ...rest], r.resource, separators)
    );
  };
  if (s.NotResource && list(s.NotResource).some(isResource)) return false;
  if (s.Resource && !list(s.Resource).some(isResource)) return false;
  const context = { values: r.context, variables };
  return Object.entries(s.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(s.Effect, operator, key, list(wanted), context),
    ),
  );
}
