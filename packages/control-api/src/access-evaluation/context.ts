import { isIP } from "node:net";
import type { RequestFacts } from "@portcullis/authorizer";
import type { Tag } from "@portcullis/iam/record/tag";
import type { ContextValue } from "@portcullis/policy";
import { type JsonObject, Malformed } from "./json.ts";

/** The facts of the subject's request that the asker vouches for. */
export interface VouchedContext {
  readonly facts: Omit<RequestFacts, "now" | "organization">;
  readonly resourceTags: readonly Tag[];
  readonly serviceKeys: Readonly<Record<string, ContextValue>>;
}

const KEYS_AT_MOST = 100;
const VALUES_AT_MOST = 100;
const LONGEST_KEY = 256;
const LONGEST_VALUE = 2048;

/** Global keys of one value, in lower case. */
const FACTS = {
  "aws:referer": "referer",
  "aws:requestedregion": "region",
  "aws:sourceip": "sourceIp",
  "aws:useragent": "userAgent",
} as const;

const SECURE_TRANSPORT = "aws:securetransport";
const RESOURCE_TAG = "aws:resourcetag/";
const REQUEST_TAG = "aws:requesttag/";
const TAG_KEYS = "aws:tagkeys";

/**
 * The context of an evaluation as condition keys. The asker may set what it knows of the subject's
 * request: the keys of the action's own service, and the global keys above. INVARIANT: it sets no
 * key that says who the subject is, such as `aws:PrincipalTag/...` or `aws:MultiFactorAuthPresent`.
 * Members without a colon are not condition keys, and do not count.
 * @throws {Malformed}
 */
export function readContext(context: JsonObject, action: string): VouchedContext {
  const facts: {
    -readonly [Name in keyof VouchedContext["facts"]]?: VouchedContext["facts"][Name];
  } = {};
  const resourceTags: Tag[] = [];
  const serviceKeys = new Map<string, ContextValue>();
  const seen = new Set<string>();
  const service = action.slice(0, action.indexOf(":")).toLowerCase();
  // Unless the asker says otherwise, so that policies that demand it deny.
  let secureTransport = false;
  for (const [key, given] of Object.entries(context)) {
    if (!key.includes(":")) continue;
    if (seen.size === KEYS_AT_MOST)
      throw new Malformed(`\`context\` must have at most ${KEYS_AT_MOST} condition keys.`);
    if (key.length > LONGEST_KEY)
      throw new Malformed(`The keys of \`context\` must have at most ${LONGEST_KEY} characters.`);
    const name = key.toLowerCase();
    if (seen.has(name)) throw new Malformed(`\`context\` has the key ${key} more than once.`);
    seen.add(name);
    const value = valueFor(key, given);
    // Global keys are of no service, whatever action is asked about.
    const isOwn = service !== "aws" && name.startsWith(`${service}:`);
    if (isOwn || name === TAG_KEYS) serviceKeys.set(name, value);
    else if (name.startsWith(REQUEST_TAG)) serviceKeys.set(name, single(key, value));
    else if (name.startsWith(RESOURCE_TAG))
      resourceTags.push({ key: key.slice(RESOURCE_TAG.length), value: single(key, value) });
    else if (name === SECURE_TRANSPORT) secureTransport = single(key, value) === "true";
    else if (Object.hasOwn(FACTS, name)) {
      const text = single(key, value);
      if (name === "aws:sourceip" && isIP(text) === 0)
        throw new Malformed(`The value of ${key} must be an IP address.`);
      facts[FACTS[name as keyof typeof FACTS]] = text;
    } else throw new Malformed(`\`context\` must not have the key ${key}.`);
  }
  return {
    facts: { ...facts, secureTransport },
    resourceTags,
    serviceKeys: Object.fromEntries(serviceKeys),
  };
}

function valueFor(key: string, given: unknown): ContextValue {
  if (!Array.isArray(given)) return textOf(key, given);
  if (given.length > VALUES_AT_MOST)
    throw new Malformed(`The key ${key} must have at most ${VALUES_AT_MOST} values.`);
  return given.map((one) => textOf(key, one));
}

function textOf(key: string, given: unknown): string {
  const isPlain =
    typeof given === "string" || typeof given === "number" || typeof given === "boolean";
  const text = isPlain ? String(given) : "";
  if (!isPlain || text.length > LONGEST_VALUE)
    throw new Malformed(
      `The value of ${key} must be a string of at most ${LONGEST_VALUE} characters, a number, a boolean, or a list of them.`,
    );
  return text;
}

function single(key: string, value: ContextValue): string {
  if (typeof value === "string") return value;
  throw new Malformed(`The key ${key} must have one value.`);
}
