import type * as sdk from "@aws-sdk/client-accessanalyzer";
import { mergeTags, removeTags } from "../../entity/tagging.ts";
import { operation } from "../../model/operation.ts";
import { analyzerKey } from "../../record/analyzer.ts";
import type { Tag } from "../../record/tag.ts";
import { analyzerArnTarget, findAnalyzerByArn } from "./analyzer-target.ts";

export const analyzerTagOperations = {
  TagResource: operation<sdk.TagResourceCommandInput, sdk.TagResourceCommandOutput>({
    action: "access-analyzer:TagResource",
    target: (context, { resourceArn }) => analyzerArnTarget(context, resourceArn),
    async run(context, { resourceArn, tags }) {
      const analyzer = await findAnalyzerByArn(context, resourceArn);
      const merged = mergeTags(analyzer.tags, wantedTags(tags));
      context.unit.put(analyzerKey(context.account, analyzer.name), { ...analyzer, tags: merged });
      return {};
    },
  }),

  UntagResource: operation<sdk.UntagResourceCommandInput, sdk.UntagResourceCommandOutput>({
    action: "access-analyzer:UntagResource",
    target: (context, { resourceArn }) => analyzerArnTarget(context, resourceArn),
    async run(context, { resourceArn, tagKeys }) {
      const analyzer = await findAnalyzerByArn(context, resourceArn);
      const tags = removeTags(analyzer.tags, tagKeys);
      context.unit.put(analyzerKey(context.account, analyzer.name), { ...analyzer, tags });
      return {};
    },
  }),

  ListTagsForResource: operation<
    sdk.ListTagsForResourceCommandInput,
    sdk.ListTagsForResourceCommandOutput
  >({
    action: "access-analyzer:ListTagsForResource",
    target: (context, { resourceArn }) => analyzerArnTarget(context, resourceArn),
    async run(context, { resourceArn }) {
      return { tags: tagMap((await findAnalyzerByArn(context, resourceArn)).tags) };
    },
  }),
} as const;

export const tagMap = (tags: readonly Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));

export const wantedTags = (tags: Readonly<Record<string, string>> | undefined) =>
  Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
