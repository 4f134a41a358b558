import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { type ReactNode, useState } from "react";
import { loadPasswordPolicy } from "../../account/password-policy.ts";
import { loadCredentialReport } from "../../api/credential-report.ts";
import type { CallFailure } from "../../api/errors.ts";
import { BASE } from "../../app/paths.ts";
import { useSession } from "../../session/session-store.ts";
import { useFollow } from "../../ui/router-link.tsx";
import { Status } from "../../ui/status.tsx";
import { type Query, useQuery } from "../../ui/use-query.ts";
import { EnrollMfaDialog } from "../user/credentials/enroll-mfa-dialog.tsx";
import type { Summary } from "./counts-panel.tsx";
import { UNUSED_DAYS, unusedCredentials } from "./unused-credentials.ts";
import { UnusedDialog } from "./unused-dialog.tsx";

/** Recommendations, each with a button that does it. */
export function NudgesPanel({ summary }: { readonly summary: Query<Summary> }) {
  const follow = useFollow();
  const session = useSession();
  const isRoot = session?.identity.kind === "root";
  const policy = useQuery(loadPasswordPolicy, []);
  const report = useQuery(
    async (signal) => unusedCredentials(await loadCredentialReport(signal), Date.now()),
    [],
  );
  const [dialog, setDialog] = useState<"mfa" | "unused">();
  const unused = report.data?.length ?? 0;
  const close = () => setDialog(undefined);
  const link = (path: string, words: string) => (
    <Button href={`${BASE}${path}`} onFollow={follow}>
      {words}
    </Button>
  );
  const signInAsRoot = (
    <Button href={`${BASE}/sign-in/${session?.identity.accountId ?? ""}`}>Sign in as root</Button>
  );

  return (
    <Container header={<Header variant="h2">Recommendations</Header>}>
      <ul className="nudges">
        <Nudge
          query={summary}
          isGood={({ AccountMFAEnabled }) => AccountMFAEnabled === 1}
          good="The root user has MFA."
          bad="The root user has no MFA: a password alone gives everything away."
          action={
            isRoot ? (
              <Button onClick={() => setDialog("mfa")}>Assign MFA device</Button>
            ) : (
              signInAsRoot
            )
          }
        />
        <Nudge
          query={summary}
          isGood={({ AccountAccessKeysPresent }) => AccountAccessKeysPresent === 0}
          good="The root user has no access keys."
          bad="The root user has an access key, which no policy can restrict."
          action={isRoot ? link("/security-credentials", "Manage root access keys") : signInAsRoot}
        />
        <Nudge
          query={summary}
          isGood={({ Users = 0 }) => Users > 0}
          good="The account has users of its own."
          bad="Nobody has a user yet: the root user is for emergencies."
          action={link("/create-users", "Create users")}
        />
        <Nudge
          query={summary}
          isGood={({ Groups = 0 }) => Groups > 0}
          good="Permissions can be given through groups."
          bad="There is no group: permissions that are given through groups are easier to oversee."
          action={link("/groups", "Create a group")}
        />
        <Nudge
          query={policy}
          isGood={(found) => found.policy !== undefined}
          good="The account has a password policy."
          bad="The account has no password policy of its own."
          action={link("/settings?edit=password-policy", "Set a password policy")}
        />
        <Nudge
          query={report}
          isGood={({ length }) => length === 0}
          good={`No credential was unused for ${UNUSED_DAYS} days.`}
          bad={`${unused === 1 ? "1 credential was" : `${unused} credentials were`} not used for ${UNUSED_DAYS} days.`}
          action={<Button onClick={() => setDialog("unused")}>Take them away</Button>}
        />
      </ul>
      {dialog === "mfa" && (
        <EnrollMfaDialog userName="root" onDone={summary.reload} onClose={close} />
      )}
      {dialog === "unused" && (
        <UnusedDialog credentials={report.data ?? []} onDone={report.reload} onClose={close} />
      )}
    </Container>
  );
}

function Nudge<T>({
  query: { data, failure },
  isGood,
  good,
  bad,
  action,
}: {
  readonly query: Query<T>;
  readonly isGood: (data: T) => boolean;
  readonly good: string;
  readonly bad: string;
  readonly action: ReactNode;
}) {
  if (failure !== undefined) return <Unknown failure={failure} of={good} />;
  if (data === undefined)
    return (
      <li>
        <Status type="loading" label="Loading">
          Loading the recommendation
        </Status>
      </li>
    );
  const isFine = isGood(data);
  return (
    <li>
      <Status type={isFine ? "success" : "warning"} label={isFine ? "Good" : "Warning"}>
        {isFine ? good : bad}
      </Status>
      {!isFine && action}
    </li>
  );
}

function Unknown({ failure, of }: { readonly failure: CallFailure; readonly of: string }) {
  return (
    <li>
      <Status type="info" label="Information">
        Not known whether: {of}{" "}
        <Box variant="small">
          {failure.action === undefined ? failure.message : `You lack ${failure.action}.`}
        </Box>
      </Status>
    </li>
  );
}
