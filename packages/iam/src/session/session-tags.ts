import { ApiError } from "../error.ts";
import type { Tag } from "../record/tag.ts";
import { LIMITS } from "../settings.ts";

interface SdkTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The tags of a session, and which of them are transitive. */
export interface SessionTags {
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
}

/**
 * The tags of a new session. Keys are compared without regard to case (IAM UG/id_session-tags).
 * @param inherited transitive tags of the calling session, which can't be changed
 * @throws {ApiError} `InvalidParameterValue`
 */
export function sessionTags(
  wanted: readonly SdkTag[],
  transitive: readonly string[],
  inherited: readonly Tag[] = [],
): SessionTags {
  const tags = new Map<string, Tag>();
  for (const { Key: key = "", Value: value = "" } of wanted) {
    const name = key.toLowerCase();
    if (tags.has(name))
      throw invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    if (name.startsWith("aws:"))
      throw invalid("Tag keys starting with aws: are reserved for system use.");
    tags.set(name, { key, value });
  }
  for (const key of transitive) {
    if (!tags.has(key.toLowerCase())) {
      throw invalid("The specified transitive tag key must be included in the requested tags.");
    }
  }
  for (const tag of inherited) {
    const name = tag.key.toLowerCase();
    if (tags.has(name)) {
      throw invalid(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      );
    }
    tags.set(name, tag);
  }
  if (tags.size > LIMITS.tags) throw invalid(`A session can have at most ${LIMITS.tags} tags.`);
  return {
    tags: [...tags.values()],
    transitiveTagKeys: [...transitive, ...inherited.map(({ key }) => key)],
  };
}

const invalid = (message: string) => new ApiError("InvalidParameterValue", message);
