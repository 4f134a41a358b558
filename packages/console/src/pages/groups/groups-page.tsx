import {
  GetAccountSummaryCommand,
  type Group,
  ListAttachedGroupPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { iam } from "../../api/clients.ts";
import { groupPath } from "../../app/paths.ts";
import {
  PrefixOffer,
  PrefixToken,
  useNamePrefix,
  withNamePrefix,
} from "../../list/name-prefix.tsx";
import { type Column, PagedTable } from "../../list/paged-table.tsx";
import { PAGE_ITEMS, useListing } from "../../list/use-listing.ts";
import { ifKnown, useRowDetails } from "../../list/use-row-details.ts";
import { Page } from "../../ui/page.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { Ago } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { DeleteGroupDialog } from "../group/delete-group-dialog.tsx";
import { CreateGroupDialog } from "./create-group-dialog.tsx";

const nameOf = ({ GroupName = "" }: Group): string => GroupName;
const textOf = ({ GroupName = "", Path = "" }: Group): string => `${GroupName} ${Path}`;

export default function GroupsPage() {
  const navigate = useNavigate();
  const search = useNamePrefix();
  const [rows, setRows] = useState<readonly Group[]>([]);
  const [selected, setSelected] = useState<readonly Group[]>([]);
  const [dialog, setDialog] = useState<"create" | "delete">();
  const listing = useListing<Group>(
    async (Marker, abortSignal) => {
      const command = new ListGroupsCommand({ MaxItems: PAGE_ITEMS, Marker });
      const answer = await iam(withNamePrefix(command, search.prefix), { abortSignal });
      return { items: answer.Groups ?? [], marker: answer.Marker };
    },
    [search.prefix],
  );
  const summary = useQuery(
    (abortSignal) => iam(new GetAccountSummaryCommand({}), { abortSignal }),
    [],
  );
  const policies = useRowDetails(rows.map(nameOf), countPolicies);
  const columns = useMemo(() => groupColumns(policies), [policies]);
  const [first] = selected;
  const create = <Button onClick={() => setDialog("create")}>Create group</Button>;
  return (
    <Page title="Groups" hasHeader={false}>
      <PagedTable
        level="h1"
        title="Groups"
        what="groups"
        description="Users in a group have its permissions."
        listing={listing}
        total={search.prefix === "" ? summary.data?.SummaryMap?.Groups : undefined}
        columns={columns}
        defaultSort="name"
        idOf={nameOf}
        textOf={textOf}
        onVisible={setRows}
        selectionType="single"
        selected={selected}
        onSelect={setSelected}
        filters={<PrefixToken search={search} />}
        isFiltered={search.prefix !== ""}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel="Reload" onClick={listing.reload} />
            <Button disabled={first === undefined} onClick={() => setDialog("delete")}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => setDialog("create")}>
              Create group
            </Button>
          </SpaceBetween>
        }
        empty={
          search.prefix === "" ? (
            <SpaceBetween size="xs">
              <span>This account has no groups.</span>
              {create}
            </SpaceBetween>
          ) : (
            <PrefixToken search={search} />
          )
        }
        noMatch={(text) => !listing.isComplete && <PrefixOffer text={text} search={search} />}
      />
      {dialog === "create" && (
        <CreateGroupDialog
          onClose={() => setDialog(undefined)}
          onDone={(name) => navigate(groupPath(name))}
        />
      )}
      {dialog === "delete" && first !== undefined && (
        <DeleteGroupDialog
          groupName={nameOf(first)}
          onClose={() => setDialog(undefined)}
          onDone={async () => {
            setSelected([]);
            await listing.reload();
          }}
        />
      )}
    </Page>
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
