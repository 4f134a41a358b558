import type * as sdk from "@aws-sdk/client-iam";
import { changePrincipal, findUser } from "../../../entity/user-changes.ts";
import { userTarget } from "../../../entity/user-description.ts";
import { operation } from "../../../operation.ts";
import { slicePage } from "../../../pagination.ts";
import { mergeTags, removeTags, sdkTags } from "../../../tagging.ts";

export const userTagOperations = {
  TagUser: operation<sdk.TagUserCommandInput, sdk.TagUserCommandOutput>({
    action: "iam:TagUser",
    target: (context, input) => userTarget(context, input.UserName ?? ""),
    async run(context, input) {
      const user = await findUser(context, input.UserName ?? "");
      await changePrincipal(context, user, { tags: mergeTags(user.principal.tags, input.Tags) });
      return {};
    },
  }),

  UntagUser: operation<sdk.UntagUserCommandInput, sdk.UntagUserCommandOutput>({
    action: "iam:UntagUser",
    target: (context, input) => userTarget(context, input.UserName ?? ""),
    async run(context, input) {
      const user = await findUser(context, input.UserName ?? "");
      await changePrincipal(context, user, {
        tags: removeTags(user.principal.tags, input.TagKeys),
      });
      return {};
    },
  }),

  ListUserTags: operation<sdk.ListUserTagsCommandInput, sdk.ListUserTagsCommandOutput>({
    action: "iam:ListUserTags",
    target: (context, input) => userTarget(context, input.UserName ?? ""),
    async run(context, input) {
      const user = await findUser(context, input.UserName ?? "");
      const { items, ...rest } = slicePage(sdkTags(user.principal.tags), input);
      return { Tags: [...items], ...rest };
    },
  }),
} as const;
