import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { BASE, policyPath } from "../app/paths.ts";
import { nameOf } from "../permissions/permission-choice.ts";
import { PoliciesField } from "../permissions/permission-fields.tsx";
import { Panel } from "../ui/panel.tsx";
import { RouterLink, useFollow } from "../ui/router-link.tsx";
import { useQuery } from "../ui/use-query.ts";
import { WriteDialog } from "../writes/write-dialog.tsx";
import { editInline, type HolderKind } from "./addresses.ts";
import { attachedPolicies, inlinePolicies } from "./holder-policies.ts";
import { HOLDERS } from "./holders.ts";
import { policyType } from "./policy-type.ts";

/** The attached and the inline policies of a group or a role. */
export function HolderPanels({ kind, name }: { readonly kind: HolderKind; readonly name: string }) {
  return (
    <SpaceBetween size="l">
      <AttachedPanel kind={kind} name={name} />
      <InlinePanel kind={kind} name={name} />
    </SpaceBetween>
  );
}

interface Of {
  readonly kind: HolderKind;
  readonly name: string;
}

function AttachedPanel({ kind, name }: Of) {
  const holder = HOLDERS[kind];
  const query = useQuery(() => attachedPolicies(kind, name), [kind, name]);
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<string>();
  return (
    <>
      <Panel
        title="Attached policies"
        counter={query.data && `(${query.data.length})`}
        query={query}
        actions={<Button onClick={() => setAdding(true)}>Attach policies</Button>}
        isEmpty={({ length }) => length === 0}
        empty="No policy is attached."
      >
        {(arns) => (
          <Table
            variant="embedded"
            items={arns}
            trackBy={(arn) => arn}
            wrapLines={true}
            ariaLabels={{ tableLabel: "Attached policies" }}
            columnDefinitions={[
              {
                id: "name",
                header: "Policy",
                isRowHeader: true,
                cell: (arn) => (
                  <RouterLink to={policyPath(arn)}>
                    <span className="break">{nameOf(arn)}</span>
                  </RouterLink>
                ),
              },
              { id: "type", header: "Type", cell: policyType },
              {
                id: "detach",
                header: "Action",
                cell: (arn) => (
                  <Button
                    variant="inline-link"
                    ariaLabel={`Detach ${nameOf(arn)}`}
                    onClick={() => setLeaving(arn)}
                  >
                    Detach
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Panel>
      {isAdding && (
        <AttachDialog
          kind={kind}
          name={name}
          already={query.data ?? []}
          onDone={query.reload}
          onClose={() => setAdding(false)}
        />
      )}
      {leaving !== undefined && (
        <WriteDialog
          title={`Detach ${nameOf(leaving)} from ${kind} ${name}?`}
          confirm="Detach"
          writes={[
            {
              label: `Detach ${nameOf(leaving)}`,
              command: holder.detach(name, leaving),
              doneWhen: ["NoSuchEntity"],
            },
          ]}
          done={`Detached ${nameOf(leaving)}.`}
          onDone={query.reload}
          onClose={() => setLeaving(undefined)}
        >
          What only this policy allows is denied at once. The policy itself stays.
        </WriteDialog>
      )}
    </>
  );
}

function AttachDialog({
  kind,
  name,
  already,
  onDone,
  onClose,
}: Of & {
  readonly already: readonly string[];
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [policies, setPolicies] = useState<readonly string[]>([]);
  const added = policies.filter((arn) => !already.includes(arn));
  return (
    <WriteDialog
      title={`Attach policies to ${kind} ${name}`}
      confirm="Attach"
      isDisabled={added.length === 0}
      writes={added.map((arn) => ({
        label: `Attach ${nameOf(arn)}`,
        command: HOLDERS[kind].attach(name, arn),
      }))}
      done={`Attached ${added.map(nameOf).join(", ")}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <PoliciesField policies={policies} onChange={setPolicies} />
    </WriteDialog>
  );
}

/** The inline policies of a user, group or role, which the editor's page writes. */
function InlinePanel({ kind, name }: Of) {
  const holder = HOLDERS[kind];
  const follow = useFollow();
  const query = useQuery(() => inlinePolicies(kind, name), [kind, name]);
  const [removing, setRemoving] = useState<string>();
  return (
    <>
      <Panel
        title="Inline policies"
        counter={query.data && `(${query.data.length})`}
        description={`They belong to this ${kind} alone.`}
        query={query}
        actions={
          <Button href={`${BASE}${editInline(kind, name)}`} onFollow={follow}>
            Create inline policy
          </Button>
        }
        isEmpty={({ length }) => length === 0}
        empty="No inline policy."
      >
        {(policies) => (
          <Table
            variant="embedded"
            items={policies}
            trackBy={(policy) => policy}
            wrapLines={true}
            ariaLabels={{ tableLabel: "Inline policies" }}
            columnDefinitions={[
              {
                id: "name",
                header: "Policy",
                isRowHeader: true,
                cell: (policy) => (
                  <RouterLink to={editInline(kind, name, policy)}>
                    <span className="break">{policy}</span>
                  </RouterLink>
                ),
              },
              {
                id: "delete",
                header: "Action",
                cell: (policy) => (
                  <Button
                    variant="inline-link"
                    ariaLabel={`Delete ${policy}`}
                    onClick={() => setRemoving(policy)}
                  >
                    Delete
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Panel>
      {removing !== undefined && (
        <WriteDialog
          title={`Delete inline policy ${removing}?`}
          confirm="Delete"
          writes={[
            {
              label: `Delete inline policy ${removing}`,
              command: holder.remove(name, removing),
              doneWhen: ["NoSuchEntity"],
            },
          ]}
          done={`Deleted inline policy ${removing}.`}
          onDone={query.reload}
          onClose={() => setRemoving(undefined)}
        >
          What only this policy allows is denied at once. This can&apos;t be undone.
        </WriteDialog>
      )}
    </>
  );
}
