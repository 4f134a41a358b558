import {
  DeleteRolePermissionsBoundaryCommand,
  DeleteUserPermissionsBoundaryCommand,
  PutRolePermissionsBoundaryCommand,
  PutUserPermissionsBoundaryCommand,
} from "@aws-sdk/client-iam";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { policyPath } from "../app/paths.ts";
import { Panel } from "../ui/panel.tsx";
import { RouterLink } from "../ui/router-link.tsx";
import type { Query } from "../ui/use-query.ts";
import { WriteDialog } from "../writes/write-dialog.tsx";
import { nameOf } from "./permission-choice.ts";
import { BoundaryField } from "./permission-fields.tsx";

const COMMANDS = {
  user: {
    put: (UserName: string, PermissionsBoundary: string) =>
      new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }),
    remove: (UserName: string) => new DeleteUserPermissionsBoundaryCommand({ UserName }),
  },
  role: {
    put: (RoleName: string, PermissionsBoundary: string) =>
      new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }),
    remove: (RoleName: string) => new DeleteRolePermissionsBoundaryCommand({ RoleName }),
  },
} as const;

type Kind = keyof typeof COMMANDS;

/** The permissions boundary of a user or a role, and its change. */
export function BoundaryPanel<T>({
  kind,
  name,
  query,
  boundaryOf,
  isKnown = () => true,
}: {
  readonly kind: Kind;
  readonly name: string;
  readonly query: Query<T>;
  /** The boundary's ARN; undefined: there is none. */
  readonly boundaryOf: (data: T) => string | undefined;
  /** False: the user or role may not be read, so that a boundary may be there. */
  readonly isKnown?: (data: T) => boolean;
}) {
  const [isChanging, setChanging] = useState(false);
  const { data } = query;
  const mayChange = data !== undefined && isKnown(data);
  return (
    <>
      <Panel
        title="Permissions boundary"
        description={`The most that the ${kind}'s policies can allow.`}
        query={query}
        actions={
          <Button disabled={!mayChange} onClick={() => setChanging(true)}>
            Change boundary
          </Button>
        }
        isEmpty={(one) => boundaryOf(one) === undefined}
        empty={
          data === undefined || mayChange
            ? "No boundary: the policies alone decide."
            : `Not known: you lack iam:Get${kind === "user" ? "User" : "Role"}.`
        }
      >
        {(one) => (
          <RouterLink to={policyPath(boundaryOf(one) ?? "")}>
            <span className="break">{nameOf(boundaryOf(one) ?? "")}</span>
          </RouterLink>
        )}
      </Panel>
      {isChanging && mayChange && (
        <ChangeDialog
          kind={kind}
          name={name}
          before={boundaryOf(data)}
          onDone={query.reload}
          onClose={() => setChanging(false)}
        />
      )}
    </>
  );
}

function ChangeDialog({
  kind,
  name,
  before,
  onDone,
  onClose,
}: {
  readonly kind: Kind;
  readonly name: string;
  readonly before: string | undefined;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [boundary, setBoundary] = useState(before);
  const { put, remove } = COMMANDS[kind];
  const command = boundary === undefined ? remove(name) : put(name, boundary);
  return (
    <WriteDialog
      title={`Permissions boundary of ${name}`}
      confirm="Save"
      writes={boundary === before ? [] : [{ label: "Change the boundary", command }]}
      isDisabled={boundary === before}
      done={`Changed the boundary of ${name}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <BoundaryField boundary={boundary} onChange={setBoundary} />
      {before !== undefined && boundary === undefined && (
        <Alert type="warning">
          Without a boundary, everything that the {kind}&apos;s policies allow is allowed.
        </Alert>
      )}
    </WriteDialog>
  );
}
