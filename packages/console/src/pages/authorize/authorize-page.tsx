import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { type CallFailure, describeFailure } from "../../api/errors.ts";
import { portcullisClient } from "../../api/portcullis-client.ts";
import { portcullisCommand } from "../../api/portcullis-command.ts";
import type { Session } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";
import { Failure } from "../../ui/failure.tsx";
import { Page } from "../../ui/page.tsx";
import { declinedLocation, type LoginRequest, loginRequestOf } from "./login-request.ts";

/** Whether a command on this computer may act with the person's sign-in: `portcullis login`. */
export default function AuthorizePage() {
  const [params] = useSearchParams();
  const session = useSession();
  const request = loginRequestOf(params);
  return (
    <Page
      title="Log in to a command"
      description="A command-line tool asks to act with your sign-in. It gets nothing unless you allow it."
    >
      {request === undefined || session === undefined ? (
        <Alert type="error" header="This is not the link of a login">
          Start the login again with <code>portcullis login</code>, and open the link that it shows.
        </Alert>
      ) : (
        <Consent request={request} session={session} />
      )}
    </Page>
  );
}

function Consent({
  request,
  session,
}: {
  readonly request: LoginRequest;
  readonly session: Session;
}) {
  const [failure, setFailure] = useState<CallFailure>();
  const [isBusy, setBusy] = useState(false);
  const { identity, credentials, role } = session;

  const allow = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      // The person's own sign-in, whatever role they act with in these pages.
      const { Location } = await portcullisClient(credentials).send(
        portcullisCommand("authorizeOAuth2Access", {
          ClientId: request.clientId,
          RedirectUri: request.redirectUri,
          CodeChallenge: request.codeChallenge,
          CodeChallengeMethod: request.codeChallengeMethod,
          State: request.state,
        }),
      );
      if (!Location.startsWith(`${request.redirectUri}?`))
        throw new Error("The control API answered another address than the command's.");
      // In place of this page, so that going back does not lead here.
      location.replace(Location);
    } catch (error) {
      setFailure(describeFailure(error));
      setBusy(false);
    }
  };

  return (
    <SpaceBetween size="m">
      <Alert type="warning">
        Allow it only if you have just started <code>portcullis login</code> or{" "}
        <code>aws login</code> on this computer. Until{" "}
        {new Date(credentials.expiresAtMilliseconds).toLocaleTimeString("en", TIME)}, when this
        sign-in ends, the command can do everything that you may do.
      </Alert>
      {role !== undefined && (
        <Alert type="info">
          The command gets your own sign-in, not the role {role.roleName} that you act with now.
        </Alert>
      )}
      {failure !== undefined && <Failure failure={failure} />}
      <Container>
        <KeyValuePairs
          columns={2}
          items={[
            {
              label: identity.kind === "root" ? "Root user" : "User",
              value: <span className="break">{identity.name}</span>,
            },
            { label: "Account", value: identity.accountId },
            { label: "Command", value: <span className="break">{request.clientId}</span> },
            { label: "Gets the answer at", value: `this computer, port ${request.port}` },
          ]}
        />
      </Container>
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="primary" loading={isBusy} onClick={allow}>
          Allow
        </Button>
        <Button disabled={isBusy} onClick={() => location.replace(declinedLocation(request))}>
          Decline
        </Button>
      </SpaceBetween>
    </SpaceBetween>
  );
}

const TIME = { hour: "2-digit", minute: "2-digit" } as const;
