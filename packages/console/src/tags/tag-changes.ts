/** A tag as people edit it. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface TagChanges {
  readonly put: readonly Tag[];
  readonly removed: readonly string[];
}

/** IAM: 50 tags at most. */
export const MOST_TAGS = 50;

/** What to write so that `before` becomes `after`. */
export function tagChanges(before: readonly Tag[], after: readonly Tag[]): TagChanges {
  const kept = new Map(before.map((tag) => [tag.Key, tag.Value]));
  const wanted = new Set(after.map(({ Key }) => Key));
  return {
    put: after.filter(({ Key, Value }) => kept.get(Key) !== Value),
    removed: before.flatMap(({ Key }) => (wanted.has(Key) ? [] : [Key])),
  };
}

/** Why tags can't be saved; undefined when they can. */
export function tagProblem(tags: readonly Tag[]): string | undefined {
  if (tags.length > MOST_TAGS) return `There can be ${MOST_TAGS} tags at most.`;
  const keys = tags.map(({ Key }) => Key.toLowerCase());
  if (keys.includes("")) return "Each tag needs a key.";
  if (new Set(keys).size < keys.length)
    return "Two tags have the same key. Keys that differ only in case are the same.";
  return keys.some((key) => key.startsWith("aws:")) ? "Keys must not begin with aws:" : undefined;
}
