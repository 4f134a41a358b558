import {
  DeleteUserPermissionsBoundaryCommand,
  PutUserPermissionsBoundaryCommand,
} from "@aws-sdk/client-iam";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { policyPath } from "../../../app/paths.ts";
import { nameOf } from "../../../permissions/permission-choice.ts";
import { BoundaryField } from "../../../permissions/permission-fields.tsx";
import type { UserPermissions } from "../../../permissions/permission-sources.ts";
import { Panel } from "../../../ui/panel.tsx";
import { RouterLink } from "../../../ui/router-link.tsx";
import type { Query } from "../../../ui/use-query.ts";
import { WriteDialog } from "../../../writes/write-dialog.tsx";

export function BoundaryPanel({
  userName,
  query,
}: {
  readonly userName: string;
  readonly query: Query<UserPermissions>;
}) {
  const [isChanging, setChanging] = useState(false);
  return (
    <>
      <Panel
        title="Permissions boundary"
        description="The most that the user's policies can allow."
        query={query}
        actions={
          <Button disabled={query.data?.isBoundaryKnown !== true} onClick={() => setChanging(true)}>
            Change boundary
          </Button>
        }
        isEmpty={({ boundary }) => boundary === undefined}
        empty={
          query.data?.isBoundaryKnown === false
            ? "Not known: you lack iam:GetUser."
            : "No boundary: the policies alone decide."
        }
      >
        {({ boundary }) => (
          <RouterLink to={policyPath(boundary?.arn ?? "")}>
            <span className="break">{nameOf(boundary?.arn ?? "")}</span>
          </RouterLink>
        )}
      </Panel>
      {isChanging && (
        <ChangeDialog
          userName={userName}
          before={query.data?.boundary?.arn}
          onDone={query.reload}
          onClose={() => setChanging(false)}
        />
      )}
    </>
  );
}

function ChangeDialog({
  userName: UserName,
  before,
  onDone,
  onClose,
}: {
  readonly userName: string;
  readonly before: string | undefined;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [boundary, setBoundary] = useState(before);
  const command =
    boundary === undefined
      ? new DeleteUserPermissionsBoundaryCommand({ UserName })
      : new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: boundary });
  return (
    <WriteDialog
      title={`Permissions boundary of ${UserName}`}
      confirm="Save"
      writes={boundary === before ? [] : [{ label: "Change the boundary", command }]}
      isDisabled={boundary === before}
      done={`Changed the boundary of ${UserName}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <BoundaryField boundary={boundary} onChange={setBoundary} />
      {before !== undefined && boundary === undefined && (
        <Alert type="warning">
          Without a boundary, everything that the user&apos;s policies allow is allowed.
        </Alert>
      )}
    </WriteDialog>
  );
}
