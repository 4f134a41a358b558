/** `aws:RequestTag/...` and `aws:TagKeys`, from the members that carry tags in every operation. */
export function tagKeys(input: unknown): Record<string, string | readonly string[]> {
  const { Tags: tags, TagKeys: keys } = input as {
    Tags?: readonly { Key?: string; Value?: string }[];
    TagKeys?: readonly string[];
  };
  const found: Record<string, string | readonly string[]> = {};
  for (const { Key = "", Value = "" } of tags ?? []) found[`aws:RequestTag/${Key}`] = Value;
  const all = keys ?? tags?.map(({ Key = "" }) => Key);
  if (all !== undefined) found["aws:TagKeys"] = all;
  return found;
}
