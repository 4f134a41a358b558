import type { PolicySummary } from "@aws-sdk/client-organizations";
import Button from "@cloudscape-design/components/button";
import { BASE, serviceControlPolicyPath } from "../../../app/paths.ts";
import { type Column, PagedTable } from "../../../list/paged-table.tsx";
import { useListing } from "../../../list/use-listing.ts";
import { allServiceControlPolicies } from "../../../organization/all-policies.ts";
import { RouterLink, useFollow } from "../../../ui/router-link.tsx";

/** All service control policies. */
export function PoliciesTab() {
  const follow = useFollow();
  const listing = useListing<PolicySummary>(async (_, abortSignal) => ({
    items: await allServiceControlPolicies({ abortSignal }),
  }));
  return (
    <PagedTable
      title="Service control policies"
      what="policies"
      description="They limit what users and roles of member accounts can be allowed, and allow nothing themselves."
      listing={listing}
      columns={COLUMNS}
      defaultSort="name"
      idOf={({ Id = "" }) => Id}
      textOf={({ Name, Description, Id }) => `${Name} ${Description} ${Id}`}
      actions={
        <Button variant="primary" href={`${BASE}/create-service-control-policy`} onFollow={follow}>
          Create policy
        </Button>
      }
      empty="The organization has no service control policies."
    />
  );
}

const COLUMNS: readonly Column<PolicySummary>[] = [
  {
    id: "name",
    header: "Name",
    isRowHeader: true,
    minWidth: 180,
    sortBy: ({ Name = "" }) => Name.toLowerCase(),
    cell: ({ Id = "", Name }) => (
      <RouterLink to={serviceControlPolicyPath(Id)}>
        <bdi className="break">{Name}</bdi>
      </RouterLink>
    ),
  },
  {
    id: "description",
    header: "Description",
    minWidth: 200,
    cell: ({ Description }) => <bdi className="break">{Description || "–"}</bdi>,
  },
  {
    id: "type",
    header: "Kept by",
    minWidth: 100,
    sortBy: ({ AwsManaged }) => Number(AwsManaged === true),
    cell: ({ AwsManaged }) => (AwsManaged === true ? "AWS" : "The organization"),
  },
  { id: "id", header: "ID", minWidth: 140, cell: ({ Id }) => <span className="break">{Id}</span> },
];
