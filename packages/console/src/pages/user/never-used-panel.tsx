import {
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  ListPoliciesGrantingServiceAccessCommand,
  type ServiceLastAccessed,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { iam } from "../../api/clients.ts";
import { attachedToUser } from "../../permissions/permission-sources.ts";
import { Panel } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";

/** A policy of the user all of whose services were never called. */
interface UnusedPolicy {
  readonly name: string;
  /** Undefined: an inline policy. */
  readonly arn: string | undefined;
  /** False: it comes with a group. */
  readonly isDirect: boolean;
  readonly services: readonly string[];
}

/** Policies that allow only what was never used, with a button that takes them away. */
export function NeverUsedPanel({
  userName,
  arn,
  services,
}: {
  readonly userName: string;
  readonly arn: string;
  readonly services: readonly ServiceLastAccessed[];
}) {
  const [removing, setRemoving] = useState<UnusedPolicy>();
  const names = services.map(({ ServiceNamespace = "" }) => ServiceNamespace);
  const query = useQuery(
    (signal) => loadUnusedPolicies(userName, arn, services, signal),
    [arn, names.join()],
  );
  return (
    <>
      <Panel
        title="Never used"
        counter={query.data && `(${query.data.length})`}
        description="Policies of which no service was ever called. Taking them away takes nothing that was used so far."
        query={query}
        isEmpty={({ length }) => length === 0}
        empty="Every policy allows something that was used."
      >
        {(policies) => (
          <Table
            variant="embedded"
            items={policies}
            trackBy={({ arn: policyArn, name, isDirect }) => `${isDirect}/${policyArn ?? name}`}
            wrapLines={true}
            ariaLabels={{ tableLabel: "Policies that were never used" }}
            columnDefinitions={[
              {
                id: "policy",
                header: "Policy",
                isRowHeader: true,
                minWidth: 160,
                cell: ({ name }) => <span className="break">{name}</span>,
              },
              {
                id: "services",
                header: "Services",
                minWidth: 160,
                cell: ({ services: unused }) => unused.join(", "),
              },
              {
                id: "action",
                header: "Action",
                minWidth: 160,
                cell: (policy) =>
                  policy.isDirect ? (
                    <Button
                      variant="inline-link"
                      ariaLabel={`Take away ${policy.name}`}
                      onClick={() => setRemoving(policy)}
                    >
                      Take away
                    </Button>
                  ) : (
                    "Comes with a group"
                  ),
              },
            ]}
          />
        )}
      </Panel>
      {removing !== undefined && (
        <WriteDialog
          title={`Take ${removing.name} away from ${userName}?`}
          confirm="Take away"
          writes={[
            {
              label: `Take away ${removing.name}`,
              doneWhen: ["NoSuchEntity"],
              command:
                removing.arn === undefined
                  ? new DeleteUserPolicyCommand({ UserName: userName, PolicyName: removing.name })
                  : new DetachUserPolicyCommand({ UserName: userName, PolicyArn: removing.arn }),
            },
          ]}
          done={`Took ${removing.name} away from ${userName}.`}
          onDone={query.reload}
          onClose={() => setRemoving(undefined)}
        >
          {removing.arn === undefined
            ? "The inline policy is deleted."
            : "The policy is detached from the user and stays for others."}
        </WriteDialog>
      )}
    </>
  );
}

async function loadUnusedPolicies(
  userName: string,
  Arn: string,
  services: readonly ServiceLastAccessed[],
  abortSignal: AbortSignal,
): Promise<readonly UnusedPolicy[]> {
  const ServiceNamespaces = services.map(({ ServiceNamespace = "" }) => ServiceNamespace);
  if (ServiceNamespaces.length === 0) return [];
  const [answer, attached] = await Promise.all([
    iam(new ListPoliciesGrantingServiceAccessCommand({ Arn, ServiceNamespaces }), { abortSignal }),
    attachedToUser(userName),
  ]);
  const used = new Set(
    services.flatMap(({ LastAuthenticated, ServiceNamespace }) =>
      LastAuthenticated === undefined ? [] : ServiceNamespace,
    ),
  );
  const found = new Map<string, UnusedPolicy>();
  const inUse = new Set<string>();
  for (const { ServiceNamespace = "", Policies = [] } of answer.PoliciesGrantingServiceAccess ?? [])
    for (const { PolicyName = "", PolicyArn, EntityName, EntityType } of Policies) {
      const key = `${EntityName ?? ""}/${PolicyArn ?? PolicyName}`;
      if (used.has(ServiceNamespace)) inUse.add(key);
      found.set(key, {
        name: PolicyName,
        arn: PolicyArn,
        isDirect: PolicyArn === undefined ? EntityType === "USER" : attached.includes(PolicyArn),
        services: [...(found.get(key)?.services ?? []), ServiceNamespace],
      });
    }
  return [...found].flatMap(([key, policy]) => (inUse.has(key) ? [] : policy));
}
