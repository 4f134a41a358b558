import {
  GetAccountSummaryCommand,
  GetRoleCommand,
  ListRolesCommand,
  type Role,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo, useState } from "react";
import { iam } from "../../api/clients.ts";
import { BASE, rolePath } from "../../app/paths.ts";
import {
  PrefixOffer,
  PrefixToken,
  useNamePrefix,
  withNamePrefix,
} from "../../list/name-prefix.tsx";
import { type Column, PagedTable } from "../../list/paged-table.tsx";
import { PAGE_ITEMS, useListing } from "../../list/use-listing.ts";
import { ifKnown, useRowDetails } from "../../list/use-row-details.ts";
import { trustedBy } from "../../trust/trust-summary.ts";
import { Page } from "../../ui/page.tsx";
import { RouterLink, useFollow } from "../../ui/router-link.tsx";
import { Ago } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { DeleteRoleDialog } from "../role/delete-role-dialog.tsx";

const nameOf = ({ RoleName = "" }: Role): string => RoleName;
const textOf = ({ RoleName = "", Path = "", Description = "" }: Role): string =>
  `${RoleName} ${Path} ${Description}`;

export default function RolesPage() {
  const follow = useFollow();
  const search = useNamePrefix();
  const [rows, setRows] = useState<readonly Role[]>([]);
  const [selected, setSelected] = useState<readonly Role[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const listing = useListing<Role>(
    async (Marker, abortSignal) => {
      const command = new ListRolesCommand({ MaxItems: PAGE_ITEMS, Marker });
      const answer = await iam(withNamePrefix(command, search.prefix), { abortSignal });
      return { items: answer.Roles ?? [], marker: answer.Marker };
    },
    [search.prefix],
  );
  const summary = useQuery(
    (abortSignal) => iam(new GetAccountSummaryCommand({}), { abortSignal }),
    [],
  );
  const details = useRowDetails(rows.map(nameOf), loadRole);
  const columns = useMemo(() => roleColumns(details), [details]);
  const [first] = selected;
  return (
    <Page title="Roles" hasHeader={false}>
      <PagedTable
        level="h1"
        title="Roles"
        what="roles"
        description="Permissions without credentials of their own. Whoever a role trusts can assume it for some hours."
        listing={listing}
        total={search.prefix === "" ? summary.data?.SummaryMap?.Roles : undefined}
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
            <Button disabled={first === undefined} onClick={() => setDeleting(true)}>
              Delete
            </Button>
            <Button variant="primary" href={`${BASE}/create-role`} onFollow={follow}>
              Create role
            </Button>
          </SpaceBetween>
        }
        empty={
          search.prefix === "" ? (
            <SpaceBetween size="xs">
              <span>This account has no roles.</span>
              <Button href={`${BASE}/create-role`} onFollow={follow}>
                Create role
              </Button>
            </SpaceBetween>
          ) : (
            <PrefixToken search={search} />
          )
        }
        noMatch={(text) => !listing.isComplete && <PrefixOffer text={text} search={search} />}
      />
      {isDeleting && first !== undefined && (
        <DeleteRoleDialog
          roleName={nameOf(first)}
          onClose={() => setDeleting(false)}
          onDone={async () => {
            setSelected([]);
            await listing.reload();
          }}
        />
      )}
    </Page>
  );
}

/** ListRoles does not tell when a role was used. */
const loadRole = async (RoleName: string, abortSignal: AbortSignal): Promise<Role | undefined> =>
  (await ifKnown(iam(new GetRoleCommand({ RoleName }), { abortSignal })))?.Role;

const roleColumns = (details: ReadonlyMap<string, Role | undefined>): readonly Column<Role>[] => [
  {
    id: "name",
    header: "Name",
    isRowHeader: true,
    minWidth: 180,
    sortBy: (role) => nameOf(role).toLowerCase(),
    cell: (role) => (
      <RouterLink to={rolePath(nameOf(role))}>
        <span className="break">{nameOf(role)}</span>
      </RouterLink>
    ),
  },
  {
    id: "trust",
    header: "Trusted by",
    minWidth: 200,
    cell: ({ AssumeRolePolicyDocument }) => (
      <span className="break">{trustedBy(AssumeRolePolicyDocument).join(", ") || "Nobody"}</span>
    ),
  },
  {
    id: "used",
    header: "Last used",
    minWidth: 120,
    cell: (role) => {
      const detail = details.get(nameOf(role));
      return detail === undefined ? "–" : <Ago moment={detail.RoleLastUsed?.LastUsedDate} />;
    },
  },
  {
    id: "description",
    header: "Description",
    minWidth: 160,
    cell: ({ Description }) => <bdi className="break">{Description}</bdi>,
  },
  {
    id: "created",
    header: "Created",
    minWidth: 120,
    sortBy: ({ CreateDate }) => CreateDate?.getTime() ?? 0,
    cell: ({ CreateDate }) => <Ago moment={CreateDate} />,
  },
];
