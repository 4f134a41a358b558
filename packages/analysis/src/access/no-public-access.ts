import {
  type ContextValue,
  compilePrincipal,
  isInRange,
  matchPrincipal,
  type Principal,
  parseIpAddress,
  parseIpRange,
} from "@portcullis/policy";
import { cached } from "../collection/cached.ts";
import { addressCandidates } from "../condition/addresses.ts";
import { effortOf } from "../pattern/effort.ts";
import { requestSetOf } from "../solve/request-set.ts";
import { areTooLarge, type PolicySet, readSet } from "../statement/statements.ts";
import type { AccessCheck, CheckOptions } from "./check.ts";
import { type AllowClaim, checkClaims, type Messages } from "./check-claims.ts";
import { engineOf } from "./engine.ts";
import type { Caller } from "./principals.ts";
import { invalid, TOO_LARGE, undecided } from "./results.ts";

/**
 * Whether resource-based or trust policies give nothing to the public. Public is a caller of whom
 * the policies know nothing: anonymous, of an account that they do not name, or a token of a
 * provider that serves everybody, whose organization, account, network and subject are none that a
 * condition names. Never throws: a document that is not valid is INVALID.
 */
export function checkNoPublicAccess(
  documents: readonly string[],
  options: CheckOptions,
): AccessCheck {
  if (areTooLarge(documents)) return undecided([TOO_LARGE]);
  const read = readSet(documents, options.kind);
  if (!read.ok) return invalid("given", read);
  return checkClaims(outsiderClaims(read.set), MESSAGES, options, effortOf(options));
}

const MESSAGES: Messages = {
  passed: "The resource policy does not grant public access.",
  failed: "The resource policy grants public access.",
  reason: (_allow, _caller, { action, resource }) =>
    `A statement of the policy grants ${action} on ${resource} to the public.`,
};

function* outsiderClaims(set: PolicySet): Generator<AllowClaim> {
  const confirmed = engineOf(set);
  const fixed = outsiderContext(set);
  for (const caller of outsiders(set)) {
    const outside = set.denies.filter(caller.counts).map(requestSetOf);
    for (const allow of set.allows.filter(caller.counts))
      yield { allow, within: [requestSetOf(allow)], outside, caller, fixed, confirmed };
  }
}

/** Providers that issue a token to anybody. Only conditions can limit who may use it. */
const PUBLIC_PROVIDERS =
  /(?:^|\/)(?:accounts\.google\.com|www\.amazon\.com|graph\.facebook\.com|cognito-identity\.amazonaws\.com|token\.actions\.githubusercontent\.com|app\.terraform\.io|gitlab\.com)$/;

function outsiders({ allows, denies }: PolicySet): readonly Caller[] {
  const all = [...allows, ...denies];
  const text = JSON.stringify(all.map(({ principal }) => principal));
  let account = 100_000_000_001;
  while (text.includes(String(account))) account++;
  const of = String(account);
  const providers = new Set(
    all
      .flatMap(({ principal }) => principal?.names ?? [])
      .filter(({ type, value }) => type === "Federated" && PUBLIC_PROVIDERS.test(value))
      .map(({ value }) => value),
  );
  const principals: readonly Principal[] = [
    { type: "Anonymous" },
    {
      type: "User",
      account: of,
      arn: `arn:aws:iam::${of}:user/stranger`,
      userId: "AIDASTRANGER000000001",
    },
    ...[...providers].map((provider) => ({ type: "Federated" as const, provider })),
  ];
  return principals.map((principal) => ({
    principal,
    closeness: "account" in principal ? "named" : "itself",
    counts: ({ principal: element, effect }) =>
      element !== undefined &&
      matchPrincipal(compilePrincipal(element, effect, new Map()), principal) > 0,
  }));
}

/**
 * Keys by which a policy can tell those it knows; of a stranger they are absent, or of no value
 * that it names.
 */
const DISTINGUISHING =
  /^(?:aws:(?:principalaccount|principalarn|principalorgid|principalorgpaths|principaltag\/.*|principalservicename|sourceaccount|sourcearn|sourceorgid|sourceorgpaths|sourceowner|sourcevpc|sourcevpce|sourceip|vpcsourceip|userid|username|federatedprovider|sourceidentity)|sts:externalid|.*:(?:sub|amr|oaud|email))$/;

function outsiderContext({
  allows,
  denies,
}: PolicySet): ReadonlyMap<string, readonly (ContextValue | undefined)[]> {
  const values = new Map<string, Set<string>>();
  for (const { condition } of [...allows, ...denies]) {
    for (const entry of condition) {
      const key = entry.key.toLowerCase();
      if (!DISTINGUISHING.test(key)) continue;
      const known = cached(values, key, () => new Set());
      for (const value of entry.values) known.add(value);
    }
  }
  return new Map([...values].map(([key, wanted]) => [key, outsiderValues(key, [...wanted])]));
}

function outsiderValues(
  key: string,
  wanted: readonly string[],
): readonly (ContextValue | undefined)[] {
  if (key.endsWith("sourceip")) return [...outsiderAddresses(wanted), undefined];
  // Longer than any pattern of question marks, and like no name.
  const name = `stranger-${"x".repeat(Math.min(512, Math.max(0, ...wanted.map(({ length }) => length))))}`;
  const account = wanted.includes("999999999999") ? "999999999998" : "999999999999";
  const values = /account|owner/.test(key) ? [account] : [];
  const arn = `arn:aws:iam::${account}:user/${name}`;
  return [...values, ...(key.endsWith("arn") ? [arn] : []), name, [name], undefined];
}

/**
 * Addresses outside the ranges that are narrow enough to be somebody's (S3's "The meaning of
 * public").
 */
function outsiderAddresses(wanted: readonly string[]): readonly string[] {
  const narrow = wanted
    .map(parseIpRange)
    .filter((range) => range !== undefined)
    .filter(({ groups, bits }) => bits >= (groups.length === 2 ? 8 : 32));
  return addressCandidates(wanted).values.filter((text) => {
    const address = parseIpAddress(text);
    return address !== undefined && !narrow.some((range) => isInRange(address, range));
  });
}
