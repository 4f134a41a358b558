/**
 * `aws:RequestTag/...` and `aws:TagKeys`, from the members that have tags in every operation: lists
 * `Tags` and `TagKeys`, or in REST services a map `tags` and a list `tagKeys`.
 */
export function tagKeys(input: unknown): Record<string, string | readonly string[]> {
  const { Tags, TagKeys, tags, tagKeys: keys } = input as TaggedInput;
  const pairs = [
    ...(Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value] as const),
    ...Object.entries(tags ?? {}),
  ];
  const found: Record<string, string | readonly string[]> = {};
  for (const [key, value] of pairs) found[`aws:RequestTag/${key}`] = value;
  const isTagged = Tags !== undefined || tags !== undefined;
  const all = TagKeys ?? keys ?? (isTagged ? pairs.map(([key]) => key) : undefined);
  if (all !== undefined) found["aws:TagKeys"] = all;
  return found;
}

interface TaggedInput {
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
  readonly TagKeys?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly tagKeys?: readonly string[];
}
