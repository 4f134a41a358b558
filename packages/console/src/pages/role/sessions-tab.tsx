import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  type Role,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { iam } from "../../api/clients.ts";
import { describeFailure } from "../../api/errors.ts";
import { decodeDocument } from "../../documents/document.ts";
import { HoursField } from "../../trust/hours-field.tsx";
import { Panel } from "../../ui/panel.tsx";
import { absoluteTime } from "../../ui/time.tsx";
import { type Query, useQuery } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";

/** The name that AWS's console gives it (IAM UG/id_roles_use_revoke-sessions). */
const POLICY_NAME = "AWSRevokeOlderSessions";

const hoursOf = ({ MaxSessionDuration = 3600 }: Role): number => MaxSessionDuration / 3600;

/** How long sessions last, and an end to those that are under way. */
export function SessionsTab({
  roleName,
  query,
}: {
  readonly roleName: string;
  readonly query: Query<Role>;
}) {
  const [isChanging, setChanging] = useState(false);
  return (
    <SpaceBetween size="l">
      <Panel
        title="Longest session"
        query={query}
        actions={
          <Button disabled={query.data === undefined} onClick={() => setChanging(true)}>
            Change
          </Button>
        }
      >
        {(role) => (hoursOf(role) === 1 ? "1 hour" : `${hoursOf(role)} hours`)}
      </Panel>
      <RevokePanel roleName={roleName} />
      {isChanging && query.data !== undefined && (
        <DurationDialog
          roleName={roleName}
          before={hoursOf(query.data)}
          onDone={query.reload}
          onClose={() => setChanging(false)}
        />
      )}
    </SpaceBetween>
  );
}

function DurationDialog({
  roleName: RoleName,
  before,
  onDone,
  onClose,
}: {
  readonly roleName: string;
  readonly before: number;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [hours, setHours] = useState(before);
  return (
    <WriteDialog
      title={`Longest session of ${RoleName}`}
      confirm="Save"
      isDisabled={hours === before}
      writes={[
        {
          label: "Change the longest session",
          command: new UpdateRoleCommand({ RoleName, MaxSessionDuration: hours * 3600 }),
        },
      ]}
      done={`Changed the longest session of ${RoleName}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <HoursField hours={hours} onChange={setHours} />
    </WriteDialog>
  );
}

function RevokePanel({ roleName: RoleName }: { readonly roleName: string }) {
  const query = useQuery(
    async (abortSignal) => {
      try {
        const command = new GetRolePolicyCommand({ RoleName, PolicyName: POLICY_NAME });
        const { PolicyDocument } = await iam(command, { abortSignal });
        return { revokedBefore: revokedBefore(decodeDocument(PolicyDocument)) };
      } catch (error) {
        if (describeFailure(error).kind === "missing") return { revokedBefore: undefined };
        throw error;
      }
    },
    [RoleName],
  );
  const [now, setNow] = useState<string>();
  const [isLifting, setLifting] = useState(false);
  const isRevoked = query.data?.revokedBefore !== undefined;
  return (
    <>
      <Panel
        title="Revoke sessions"
        description={`The inline policy ${POLICY_NAME} denies everything to sessions that began before now.`}
        query={query}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {isRevoked && <Button onClick={() => setLifting(true)}>Lift</Button>}
            <Button onClick={() => setNow(new Date().toISOString())}>Revoke active sessions</Button>
          </SpaceBetween>
        }
      >
        {({ revokedBefore: time }) =>
          time === undefined
            ? "No session is revoked."
            : `Sessions that began before ${absoluteTime(time)} are denied everything.`
        }
      </Panel>
      {now !== undefined && (
        <WriteDialog
          title={`Revoke the active sessions of ${RoleName}?`}
          confirm="Revoke"
          writes={[
            {
              label: `Write inline policy ${POLICY_NAME}`,
              command: new PutRolePolicyCommand({
                RoleName,
                PolicyName: POLICY_NAME,
                PolicyDocument: revocation(now),
              }),
            },
          ]}
          done={`Revoked the sessions of ${RoleName}.`}
          onDone={query.reload}
          onClose={() => setNow(undefined)}
        >
          Whoever has assumed the role is denied everything at once, and must assume it again.
        </WriteDialog>
      )}
      {isLifting && (
        <WriteDialog
          title="Lift the revocation?"
          confirm="Lift"
          writes={[
            {
              label: `Delete inline policy ${POLICY_NAME}`,
              command: new DeleteRolePolicyCommand({ RoleName, PolicyName: POLICY_NAME }),
              doneWhen: ["NoSuchEntity"],
            },
          ]}
          done="Lifted the revocation."
          onDone={query.reload}
          onClose={() => setLifting(false)}
        >
          <Alert type="warning">
            Revoked sessions that have not expired yet have the role&apos;s permissions again.
          </Alert>
        </WriteDialog>
      )}
    </>
  );
}

const revocation = (now: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Action: ["*"],
        Resource: ["*"],
        Condition: { DateLessThan: { "aws:TokenIssueTime": now } },
      },
    ],
  });

/** The time in a document of {@link revocation}. */
function revokedBefore(document: string): string | undefined {
  return /"aws:TokenIssueTime"\s*:\s*\[?\s*"([^"]+)"/.exec(document)?.[1];
}
