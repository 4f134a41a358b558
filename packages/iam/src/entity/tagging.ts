import { ApiError } from "../error.ts";
import type { Tag } from "../record/tag.ts";
import { LIMITS } from "../settings.ts";

interface SdkTag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

/**
 * Merges the tags of a request into a resource's tags. Keys are compared without regard to case.
 * @throws {ApiError} `InvalidInput`, `LimitExceeded`
 */
export function mergeTags(
  current: readonly Tag[],
  requested: readonly SdkTag[] | undefined,
): readonly Tag[] {
  const merged = new Map(current.map((tag) => [tag.key.toLowerCase(), tag]));
  const requestedNames = new Set<string>();
  for (const { Key: key = "", Value: value = "" } of requested ?? []) {
    const name = key.toLowerCase();
    if (requestedNames.has(name))
      throw new ApiError(
        "InvalidInput",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      );
    if (name.startsWith("aws:"))
      throw new ApiError(
        "InvalidInput",
        "Tag keys starting with aws: are reserved for system use.",
      );
    requestedNames.add(name);
    merged.set(name, { key, value });
  }
  if (merged.size > LIMITS.tags)
    throw new ApiError("LimitExceeded", `Cannot exceed quota for TagsPerResource: ${LIMITS.tags}`);
  return [...merged.values()];
}

/** Returns the tags without those with the given keys, compared without regard to case. */
export function removeTags(
  current: readonly Tag[],
  keys: readonly string[] | undefined,
): readonly Tag[] {
  const removed = new Set((keys ?? []).map((key) => key.toLowerCase()));
  return current.filter((tag) => !removed.has(tag.key.toLowerCase()));
}

/** Returns the tags as the SDK's types have them. */
export const sdkTags = (tags: readonly Tag[]): { Key: string; Value: string }[] =>
  tags.map(({ key, value }) => ({ Key: key, Value: value }));
