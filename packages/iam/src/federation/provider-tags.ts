import type { Tag } from "../record/tag.ts";

/**
 * Session tags and a source identity in an identity provider's token (IAM UG/id_session-tags,
 * id_credentials_temp_control-access_monitor).
 */
export interface PassedTags {
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
}

const CLAIM = "https://aws.amazon.com/tags";
const SOURCE_IDENTITY = "https://aws.amazon.com/source_identity";

/**
 * Reads the session tags in a token's claims. `https://aws.amazon.com/tags` contains
 * `principal_tags` and `transitive_tag_keys`. Providers whose claims can't be objects use
 * `https://aws.amazon.com/tags/principal_tags/<key>`.
 */
export function tagsOfClaims(claims: Readonly<Record<string, unknown>>): PassedTags {
  const nested = objectOf(claims[CLAIM]);
  const flat = Object.entries(claims).flatMap(([name, value]) =>
    name.startsWith(`${CLAIM}/principal_tags/`)
      ? [[name.slice(CLAIM.length + 16), value] as const]
      : [],
  );
  const given = [...Object.entries(objectOf(nested.principal_tags)), ...flat];
  const tags = given.flatMap(([key, value]) => {
    const [first] = stringsOf(value);
    return first === undefined ? [] : [{ key, value: first }];
  });
  const source = claims[SOURCE_IDENTITY];
  return {
    tags,
    transitiveTagKeys: [
      ...stringsOf(nested.transitive_tag_keys),
      ...stringsOf(claims[`${CLAIM}/transitive_tag_keys`]),
    ],
    ...(typeof source === "string" ? { sourceIdentity: source } : {}),
  };
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

/** The strings in a claim that is a string or a list. */
export const stringsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === "string");
