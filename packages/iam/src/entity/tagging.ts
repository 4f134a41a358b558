import { ApiError } from "../error.ts";
import type { Tag } from "../record/tag.ts";
import { LIMITS } from "../settings.ts";

interface SdkTag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

/** Tags of a request over those that are there, keys compared without case. @throws {ApiError} `InvalidInput`, `LimitExceeded` */
export function mergeTags(
  present: readonly Tag[],
  wanted: readonly SdkTag[] | undefined,
): readonly Tag[] {
  const merged = new Map(present.map((tag) => [tag.key.toLowerCase(), tag]));
  const asked = new Set<string>();
  for (const { Key: key = "", Value: value = "" } of wanted ?? []) {
    const name = key.toLowerCase();
    if (asked.has(name))
      throw new ApiError(
        "InvalidInput",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      );
    if (name.startsWith("aws:"))
      throw new ApiError(
        "InvalidInput",
        "Tag keys starting with aws: are reserved for system use.",
      );
    asked.add(name);
    merged.set(name, { key, value });
  }
  if (merged.size > LIMITS.tags)
    throw new ApiError("LimitExceeded", `Cannot exceed quota for TagsPerResource: ${LIMITS.tags}`);
  return [...merged.values()];
}

export function removeTags(
  present: readonly Tag[],
  keys: readonly string[] | undefined,
): readonly Tag[] {
  const gone = new Set((keys ?? []).map((key) => key.toLowerCase()));
  return present.filter((tag) => !gone.has(tag.key.toLowerCase()));
}

export const sdkTags = (tags: readonly Tag[]): { Key: string; Value: string }[] =>
  tags.map(({ key, value }) => ({ Key: key, Value: value }));
