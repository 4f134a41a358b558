import {
  type Group,
  ListAttachedGroupPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { useNavigate } from "react-router";
import { iam } from "../../api/clients.ts";
import { groupPath } from "../../app/paths.ts";
import { type EntityList, EntityListPage } from "../../list/entity-list-page.tsx";
import { withNamePrefix } from "../../list/name-prefix.tsx";
import type { Column } from "../../list/paged-table.tsx";
import { PAGE_ITEMS } from "../../list/use-listing.ts";
import { ifKnown } from "../../list/use-row-details.ts";
import { RouterLink } from "../../ui/router-link.tsx";
import { Ago } from "../../ui/time.tsx";
import { DeleteGroupDialog } from "../group/delete-group-dialog.tsx";
import { CreateGroupDialog } from "./create-group-dialog.tsx";

export default function GroupsPage() {
  const navigate = useNavigate();
  const [isCreating, setCreating] = useState(false);
  return (
    <EntityListPage
      list={GROUPS}
      createButton={(variant) => (
        <Button variant={variant} onClick={() => setCreating(true)}>
          Create group
        </Button>
      )}
      deleteDialog={(name, done) => <DeleteGroupDialog groupName={name} {...done} />}
    >
      {isCreating && (
        <CreateGroupDialog
          onClose={() => setCreating(false)}
          onDone={(name) => navigate(groupPath(name))}
        />
      )}
    </EntityListPage>
  );
}

/** How many policies a group has; undefined where that is not known. */
async function countPolicies(
  GroupName: string,
  abortSignal: AbortSignal,
): Promise<number | undefined> {
  const [attached, inline] = await Promise.all([
    ifKnown(iam(new ListAttachedGroupPoliciesCommand({ GroupName }), { abortSignal })),
    ifKnown(iam(new ListGroupPoliciesCommand({ GroupName }), { abortSignal })),
  ]);
  if (attached?.AttachedPolicies === undefined || inline?.PolicyNames === undefined)
    return undefined;
  return attached.AttachedPolicies.length + inline.PolicyNames.length;
}

const groupColumns = (
  policies: ReadonlyMap<string, number | undefined>,
): readonly Column<Group>[] => [
  {
    id: "name",
    header: "Name",
    isRowHeader: true,
    minWidth: 160,
    sortBy: ({ GroupName = "" }) => GroupName.toLowerCase(),
    cell: ({ GroupName = "" }) => (
      <RouterLink to={groupPath(GroupName)}>
        <span className="break">{GroupName}</span>
      </RouterLink>
    ),
  },
  {
    id: "path",
    header: "Path",
    minWidth: 80,
    sortBy: ({ Path = "" }) => Path,
    cell: ({ Path }) => <span className="break">{Path}</span>,
  },
  {
    id: "policies",
    header: "Policies",
    minWidth: 90,
    cell: ({ GroupName = "" }) => policies.get(GroupName) ?? "–",
  },
  {
    id: "created",
    header: "Created",
    minWidth: 120,
    sortBy: ({ CreateDate }) => CreateDate?.getTime() ?? 0,
    cell: ({ CreateDate }) => <Ago moment={CreateDate} />,
  },
];

const GROUPS: EntityList<Group, number | undefined> = {
  title: "Groups",
  description: "Users in a group have its permissions.",
  nameOf: ({ GroupName = "" }) => GroupName,
  textOf: ({ GroupName = "", Path = "" }) => `${GroupName} ${Path}`,
  async load(prefix, Marker, abortSignal) {
    const command = new ListGroupsCommand({ MaxItems: PAGE_ITEMS, Marker });
    const answer = await iam(withNamePrefix(command, prefix), { abortSignal });
    return { items: answer.Groups ?? [], marker: answer.Marker };
  },
  loadDetail: countPolicies,
  columns: groupColumns,
};
