import {
  DeleteRolePermissionsBoundaryCommand,
  PutRolePermissionsBoundaryCommand,
  type Role,
} from "@aws-sdk/client-iam";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { policyPath } from "../../app/paths.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { BoundaryField } from "../../permissions/permission-fields.tsx";
import { Panel } from "../../ui/panel.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import type { Query } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";

const boundaryOf = ({ PermissionsBoundary }: Role): string | undefined =>
  PermissionsBoundary?.PermissionsBoundaryArn;

export function RoleBoundaryPanel({
  roleName,
  query,
}: {
  readonly roleName: string;
  readonly query: Query<Role>;
}) {
  const [isChanging, setChanging] = useState(false);
  return (
    <>
      <Panel
        title="Permissions boundary"
        description="The most that the role's policies can allow."
        query={query}
        actions={
          <Button disabled={query.data === undefined} onClick={() => setChanging(true)}>
            Change boundary
          </Button>
        }
        isEmpty={(role) => boundaryOf(role) === undefined}
        empty="No boundary: the policies alone decide."
      >
        {(role) => (
          <RouterLink to={policyPath(boundaryOf(role) ?? "")}>
            <span className="break">{nameOf(boundaryOf(role) ?? "")}</span>
          </RouterLink>
        )}
      </Panel>
      {isChanging && query.data !== undefined && (
        <ChangeDialog
          roleName={roleName}
          before={boundaryOf(query.data)}
          onDone={query.reload}
          onClose={() => setChanging(false)}
        />
      )}
    </>
  );
}

function ChangeDialog({
  roleName: RoleName,
  before,
  onDone,
  onClose,
}: {
  readonly roleName: string;
  readonly before: string | undefined;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [boundary, setBoundary] = useState(before);
  const command =
    boundary === undefined
      ? new DeleteRolePermissionsBoundaryCommand({ RoleName })
      : new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: boundary });
  return (
    <WriteDialog
      title={`Permissions boundary of ${RoleName}`}
      confirm="Save"
      writes={boundary === before ? [] : [{ label: "Change the boundary", command }]}
      isDisabled={boundary === before}
      done={`Changed the boundary of ${RoleName}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <BoundaryField boundary={boundary} onChange={setBoundary} />
      {before !== undefined && boundary === undefined && (
        <Alert type="warning">
          Without a boundary, everything that the role&apos;s policies allow is allowed.
        </Alert>
      )}
    </WriteDialog>
  );
}
