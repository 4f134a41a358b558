import { ListUserTagsCommand, TagUserCommand, UntagUserCommand } from "@aws-sdk/client-iam";
import { allPages } from "../../api/all-pages.ts";
import { iam } from "../../api/clients.ts";
import { TagsPanel } from "../../tags/tags-panel.tsx";
import { useQuery } from "../../ui/use-query.ts";

export function TagsTab({ userName: UserName }: { readonly userName: string }) {
  const query = useQuery(
    () =>
      allPages(async (Marker) => {
        const answer = await iam(new ListUserTagsCommand({ UserName, Marker }));
        return { items: answer.Tags, marker: answer.Marker };
      }),
    [UserName],
  );
  return (
    <TagsPanel
      query={query}
      of={UserName}
      tagging={(Tags) => new TagUserCommand({ UserName, Tags: [...Tags] })}
      untagging={(TagKeys) => new UntagUserCommand({ UserName, TagKeys: [...TagKeys] })}
    />
  );
}
