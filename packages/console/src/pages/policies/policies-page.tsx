import { ListPoliciesCommand, type Policy } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { iam } from "../../api/clients.ts";
import { BASE, policyPath } from "../../app/paths.ts";
import { entities } from "../../documents/entity-count.ts";
import { policyType } from "../../documents/policy-type.ts";
import {
  PrefixOffer,
  PrefixToken,
  useNamePrefix,
  withNamePrefix,
} from "../../list/name-prefix.tsx";
import { type Column, PagedTable } from "../../list/paged-table.tsx";
import { PAGE_ITEMS, useListing } from "../../list/use-listing.ts";
import { Page } from "../../ui/page.tsx";
import { RouterLink, useFollow } from "../../ui/router-link.tsx";
import { Ago } from "../../ui/time.tsx";
import { DeletePolicyDialog } from "../policy/delete-policy-dialog.tsx";

const idOf = ({ Arn = "" }: Policy): string => Arn;
/** ListPolicies does not tell descriptions. */
const textOf = ({ PolicyName = "", Path = "" }: Policy): string => `${PolicyName} ${Path}`;

interface Choice {
  readonly value: string;
  readonly label: string;
}

const TYPES = [
  { value: "All", label: "All types" },
  { value: "Local", label: "Customer managed" },
  { value: "AWS", label: "AWS managed" },
] as const satisfies readonly Choice[];

type Scope = (typeof TYPES)[number]["value"];

interface Use extends Choice {
  readonly keeps: (policy: Policy) => boolean;
}

const attachments = ({ AttachmentCount = 0 }: Policy): number => AttachmentCount;
const boundaries = ({ PermissionsBoundaryUsageCount = 0 }: Policy): number =>
  PermissionsBoundaryUsageCount;

const USES: readonly Use[] = [
  { value: "any", label: "Any use", keeps: () => true },
  { value: "attached", label: "Attached", keeps: (policy) => attachments(policy) > 0 },
  { value: "boundary", label: "Used as boundary", keeps: (policy) => boundaries(policy) > 0 },
  {
    value: "unused",
    label: "Not used",
    keeps: (policy) => attachments(policy) + boundaries(policy) === 0,
  },
];

/** All managed policies: `/policies?type=Local&use=unused`. */
export default function PoliciesPage() {
  const follow = useFollow();
  const [params, setParams] = useSearchParams();
  const search = useNamePrefix();
  const [selected, setSelected] = useState<readonly Policy[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const type = TYPES.find(({ value }) => value === params.get("type")) ?? TYPES[0];
  const use = USES.find(({ value }) => value === params.get("use")) ?? USES[0];
  const Scope: Scope = type.value;
  const loaded = useListing<Policy>(
    async (Marker, abortSignal) => {
      const command = new ListPoliciesCommand({ MaxItems: PAGE_ITEMS, Marker, Scope });
      const answer = await iam(withNamePrefix(command, search.prefix), { abortSignal });
      return { items: answer.Policies ?? [], marker: answer.Marker };
    },
    [Scope, search.prefix],
  );
  const listing = useMemo(
    () => ({ ...loaded, items: loaded.items.filter((policy) => use?.keeps(policy)) }),
    [loaded, use],
  );
  const choose = (name: string, value: string, absent: string) => {
    const next = new URLSearchParams(params);
    if (value === absent) next.delete(name);
    else next.set(name, value);
    setSelected([]);
    setParams(next, { replace: true });
  };
  const isFiltered = Scope !== "All" || use?.value !== "any" || search.prefix !== "";
  const [first] = selected;
  return (
    <Page title="Policies" hasHeader={false}>
      <PagedTable
        level="h1"
        title="Policies"
        what="policies"
        description="Documents that allow or deny. AWS managed policies come with Portcullis."
        listing={listing}
        columns={COLUMNS}
        defaultSort="name"
        idOf={idOf}
        textOf={textOf}
        selectionType="single"
        selected={selected}
        onSelect={setSelected}
        isFiltered={isFiltered}
        filters={
          <>
            <Select
              selectedOption={type}
              options={TYPES}
              ariaLabel="Type"
              onChange={({ detail }) => choose("type", detail.selectedOption.value ?? "", "All")}
            />
            <Select
              selectedOption={use ?? null}
              options={USES.map(({ value, label }) => ({ value, label }))}
              ariaLabel="Use"
              onChange={({ detail }) => choose("use", detail.selectedOption.value ?? "", "any")}
            />
            <PrefixToken search={search} />
          </>
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel="Reload" onClick={loaded.reload} />
            <Button
              disabled={first === undefined || policyType(idOf(first)) === "AWS managed"}
              onClick={() => setDeleting(true)}
            >
              Delete
            </Button>
            <Button variant="primary" href={`${BASE}/create-policy`} onFollow={follow}>
              Create policy
            </Button>
          </SpaceBetween>
        }
        empty={
          <SpaceBetween size="xs">
            <span>
              {isFiltered ? "No policy is of this type and use." : "This account has no policies."}
            </span>
            <Button href={`${BASE}/create-policy`} onFollow={follow}>
              Create policy
            </Button>
          </SpaceBetween>
        }
        noMatch={(text) => !listing.isComplete && <PrefixOffer text={text} search={search} />}
      />
      {isDeleting && first !== undefined && (
        <DeletePolicyDialog
          arn={idOf(first)}
          onClose={() => setDeleting(false)}
          onDone={async () => {
            setSelected([]);
            await loaded.reload();
          }}
        />
      )}
    </Page>
  );
}

const COLUMNS: readonly Column<Policy>[] = [
  {
    id: "name",
    header: "Name",
    isRowHeader: true,
    minWidth: 240,
    sortBy: ({ PolicyName = "" }) => PolicyName.toLowerCase(),
    cell: ({ Arn = "", PolicyName }) => (
      <RouterLink to={policyPath(Arn)}>
        <span className="break">{PolicyName}</span>
      </RouterLink>
    ),
  },
  {
    id: "type",
    header: "Type",
    minWidth: 140,
    sortBy: ({ Arn = "" }) => policyType(Arn),
    cell: ({ Arn = "" }) => policyType(Arn),
  },
  {
    id: "use",
    header: "Attached to",
    minWidth: 110,
    sortBy: attachments,
    cell: (policy) => entities(attachments(policy)),
  },
  {
    id: "boundary",
    header: "Boundary of",
    minWidth: 110,
    sortBy: boundaries,
    cell: (policy) => entities(boundaries(policy)),
  },
  {
    id: "updated",
    header: "Changed",
    minWidth: 120,
    sortBy: ({ UpdateDate }) => UpdateDate?.getTime() ?? 0,
    cell: ({ UpdateDate }) => <Ago moment={UpdateDate} />,
  },
];
