import { DeleteUserPolicyCommand, DetachUserPolicyCommand } from "@aws-sdk/client-iam";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { BASE, groupPath, policyPath } from "../../../app/paths.ts";
import { editInline } from "../../../documents/addresses.ts";
import { policyType } from "../../../documents/policy-type.ts";
import {
  allowsNothing,
  NO_PERMISSIONS,
  permissionWrites,
} from "../../../permissions/permission-choice.ts";
import { PermissionFields } from "../../../permissions/permission-fields.tsx";
import type { PermissionSource, UserPermissions } from "../../../permissions/permission-sources.ts";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { Failure } from "../../../ui/failure.tsx";
import { Panel } from "../../../ui/panel.tsx";
import { RouterLink, useFollow } from "../../../ui/router-link.tsx";
import type { Query } from "../../../ui/use-query.ts";
import { WriteDialog } from "../../../writes/write-dialog.tsx";

const keyOf = ({ arn, policyName, origin }: PermissionSource): string =>
  `${origin.kind === "group" ? origin.name : ""}/${arn ?? policyName}`;

/** Every policy that applies, each with its origin. */
export function PoliciesPanel({
  userName,
  query,
}: {
  readonly userName: string;
  readonly query: Query<UserPermissions>;
}) {
  const follow = useFollow();
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<PermissionSource>();
  return (
    <>
      <Panel
        title="Policies"
        counter={query.data?.failures.length === 0 ? `(${query.data.sources.length})` : undefined}
        description="What is attached to the user, and what comes with groups."
        query={query}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button href={`${BASE}${editInline("user", userName)}`} onFollow={follow}>
              Create inline policy
            </Button>
            <Button onClick={() => setAdding(true)}>Add permissions</Button>
          </SpaceBetween>
        }
      >
        {({ sources, failures }) => (
          <SpaceBetween size="m">
            {failures.map((failure) => (
              <Failure key={failure.message} failure={failure} onRetry={query.reload} />
            ))}
            {sources.length === 0 && failures.length === 0 && (
              <Alert type="warning">This user has no permissions.</Alert>
            )}
            {sources.length > 0 && (
              <PolicyTable userName={userName} sources={sources} onRemove={setRemoving} />
            )}
          </SpaceBetween>
        )}
      </Panel>
      {isAdding && (
        <AddDialog userName={userName} onDone={query.reload} onClose={() => setAdding(false)} />
      )}
      {removing !== undefined && (
        <RemoveDialog
          userName={userName}
          source={removing}
          onDone={query.reload}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}

function PolicyTable({
  userName,
  sources,
  onRemove,
}: {
  readonly userName: string;
  readonly sources: readonly PermissionSource[];
  readonly onRemove: (source: PermissionSource) => void;
}) {
  /** The editor of an inline policy, wherever the user has it from. */
  const inlineAddress = (policy: string, origin: PermissionSource["origin"]) =>
    origin.kind === "group"
      ? editInline("group", origin.name, policy)
      : editInline("user", userName, policy);
  return (
    <Table
      variant="embedded"
      items={sources}
      trackBy={keyOf}
      wrapLines={true}
      ariaLabels={{ tableLabel: "Policies" }}
      columnDefinitions={[
        {
          id: "name",
          header: "Policy",
          isRowHeader: true,
          minWidth: 160,
          cell: ({ arn, policyName, origin }) => (
            <RouterLink
              to={arn === undefined ? inlineAddress(policyName, origin) : policyPath(arn)}
            >
              <span className="break">{policyName}</span>
            </RouterLink>
          ),
        },
        { id: "type", header: "Type", minWidth: 140, cell: typeOf },
        {
          id: "origin",
          header: "Origin",
          minWidth: 140,
          cell: ({ origin }) =>
            origin.kind === "user" ? (
              "Direct"
            ) : (
              <>
                Group{" "}
                <RouterLink to={groupPath(origin.name)}>
                  <span className="break">{origin.name}</span>
                </RouterLink>
              </>
            ),
        },
        {
          id: "remove",
          header: "Action",
          minWidth: 100,
          cell: (source) =>
            source.origin.kind === "user" && (
              <Button
                variant="inline-link"
                ariaLabel={`${removalOf(source)} ${source.policyName}`}
                onClick={() => onRemove(source)}
              >
                {removalOf(source)}
              </Button>
            ),
        },
      ]}
    />
  );
}

const removalOf = ({ arn }: PermissionSource): string => (arn === undefined ? "Delete" : "Detach");

function typeOf({ arn }: PermissionSource): string {
  if (arn === undefined) return "Inline";
  return policyType(arn);
}

function AddDialog({
  userName,
  onDone,
  onClose,
}: {
  readonly userName: string;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [choice, setChoice] = useState(NO_PERMISSIONS);
  return (
    <WriteDialog
      title={`Add permissions to ${userName}`}
      confirm="Add permissions"
      size="large"
      writes={permissionWrites(userName, choice)}
      isDisabled={allowsNothing(choice) && choice.boundary === undefined}
      done={`Added permissions to ${userName}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <PermissionFields choice={choice} onChange={setChoice} hasBoundary={false} />
    </WriteDialog>
  );
}

function RemoveDialog({
  userName: UserName,
  source,
  onDone,
  onClose,
}: {
  readonly userName: string;
  readonly source: PermissionSource;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const { arn, policyName, document } = source;
  const what = `${removalOf(source)} ${policyName}`;
  return (
    <WriteDialog
      title={`${what}?`}
      confirm={removalOf(source)}
      writes={[
        {
          label: what,
          doneWhen: ["NoSuchEntity"],
          command:
            arn === undefined
              ? new DeleteUserPolicyCommand({ UserName, PolicyName: policyName })
              : new DetachUserPolicyCommand({ UserName, PolicyArn: arn }),
        },
      ]}
      done={`${arn === undefined ? "Deleted" : "Detached"} ${policyName}.`}
      onDone={onDone}
      onClose={onClose}
    >
      {arn === undefined
        ? `The inline policy is gone for good. ${UserName} loses at once what only it allows.`
        : `${UserName} loses at once what only this policy allows. The policy itself stays.`}
      {arn === undefined && document !== undefined && (
        <CodeBlock text={document} what="Policy document" />
      )}
    </WriteDialog>
  );
}
