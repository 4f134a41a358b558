import { GetRoleCommand, ListRolesCommand, type Role } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import { iam } from "../../api/clients.ts";
import { BASE, rolePath } from "../../app/paths.ts";
import { type EntityList, EntityListPage } from "../../list/entity-list-page.tsx";
import { withNamePrefix } from "../../list/name-prefix.tsx";
import type { Column } from "../../list/paged-table.tsx";
import { PAGE_ITEMS } from "../../list/use-listing.ts";
import { ifKnown } from "../../list/use-row-details.ts";
import { trustedBy } from "../../trust/trust-summary.ts";
import { RouterLink, useFollow } from "../../ui/router-link.tsx";
import { Ago } from "../../ui/time.tsx";
import { DeleteRoleDialog } from "../role/delete-role-dialog.tsx";

const nameOf = ({ RoleName = "" }: Role): string => RoleName;

export default function RolesPage() {
  const follow = useFollow();
  return (
    <EntityListPage
      list={ROLES}
      createButton={(variant) => (
        <Button variant={variant} href={`${BASE}/create-role`} onFollow={follow}>
          Create role
        </Button>
      )}
      deleteDialog={(name, done) => <DeleteRoleDialog roleName={name} {...done} />}
    />
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

const ROLES: EntityList<Role, Role | undefined> = {
  title: "Roles",
  description:
    "Permissions without credentials of their own. Whoever a role trusts can assume it for some hours.",
  nameOf,
  textOf: ({ RoleName = "", Path = "", Description = "" }) => `${RoleName} ${Path} ${Description}`,
  async load(prefix, Marker, abortSignal) {
    const command = new ListRolesCommand({ MaxItems: PAGE_ITEMS, Marker });
    const answer = await iam(withNamePrefix(command, prefix), { abortSignal });
    return { items: answer.Roles ?? [], marker: answer.Marker };
  },
  loadDetail: loadRole,
  columns: roleColumns,
};
