import {
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-organizations";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { organizations } from "../../../api/clients.ts";
import { collectPages } from "../../../organization/collect-pages.ts";
import { kindOfId } from "../../../organization/node.ts";
import { TagsPanel } from "../../../tags/tags-panel.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { LevelsPanel } from "../policies/levels-panel.tsx";
import { AccountPanel } from "./account-panel.tsx";
import type { NodeEvents } from "./node-events.ts";
import { UnitPanel } from "./unit-panel.tsx";

/** The selected node: what it is, what limits it, its tags. */
export function NodePanel({
  id,
  managementAccountId,
  events,
}: {
  readonly id: string;
  readonly managementAccountId: string;
  readonly events: NodeEvents;
}) {
  const isManagementAccount = id === managementAccountId;
  return (
    <SpaceBetween size="l">
      {kindOfId(id) === "account" ? (
        <AccountPanel id={id} isManagementAccount={isManagementAccount} events={events} />
      ) : (
        <UnitPanel id={id} events={events} />
      )}
      <LevelsPanel id={id} isManagementAccount={isManagementAccount} />
      <NodeTags id={id} />
    </SpaceBetween>
  );
}

function NodeTags({ id: ResourceId }: { readonly id: string }) {
  const query = useQuery(
    async (abortSignal) => {
      const { items } = await collectPages(async (NextToken) => {
        const answer = await organizations(
          new ListTagsForResourceCommand({ ResourceId, NextToken }),
          { abortSignal },
        );
        return { items: answer.Tags ?? [], next: answer.NextToken };
      });
      return items;
    },
    [ResourceId],
  );
  return (
    <TagsPanel
      query={query}
      of={ResourceId}
      tagging={(Tags) => new TagResourceCommand({ ResourceId, Tags: [...Tags] })}
      untagging={(TagKeys) => new UntagResourceCommand({ ResourceId, TagKeys: [...TagKeys] })}
    />
  );
}
