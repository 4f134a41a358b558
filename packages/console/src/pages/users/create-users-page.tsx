import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Wizard from "@cloudscape-design/components/wizard";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { BASE, signInLink } from "../../app/paths.ts";
import { PermissionFields } from "../../permissions/permission-fields.tsx";
import { type Secrets, SecretsView } from "../../secrets/secrets-view.tsx";
import { activeAccount } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";
import { Page } from "../../ui/page.tsx";
import { useFollow } from "../../ui/router-link.tsx";
import { useWrites, type Writes } from "../../writes/use-writes.ts";
import { WriteProgress } from "../../writes/write-progress.tsx";
import { DetailsStep } from "./details-step.tsx";
import { ReviewStep } from "./review-step.tsx";
import {
  type DraftProblems,
  draftPasswords,
  draftProblems,
  draftWrites,
  namesOf,
  newDraft,
} from "./user-draft.ts";

const CRUMBS = [{ text: "Users", to: "/users" }] as const;

export default function CreateUsersPage() {
  const navigate = useNavigate();
  const session = useSession();
  const [draft, setDraft] = useState(newDraft);
  const [step, setStep] = useState(0);
  const [isSubmitted, setSubmitted] = useState(false);
  const [secrets, setSecrets] = useState<ReadonlyMap<string, Secrets>>(new Map());
  const run = useWrites();
  const problems = draftProblems(draft);
  const shown: DraftProblems = isSubmitted ? problems : {};
  const writes = useMemo(
    () =>
      draftWrites(draft, draftPasswords(draft), (made) =>
        setSecrets((before) =>
          new Map(before).set(made.userName, { ...before.get(made.userName), ...made }),
        ),
      ),
    [draft],
  );

  if (run.states.length > 0)
    return (
      <Result
        names={namesOf(draft)}
        run={run}
        secrets={[...secrets.values()]}
        signInLink={signInLink(session === undefined ? "" : activeAccount(session))}
        onBack={run.reset}
      />
    );
  return (
    // The wizard's own heading, of the step, is the h1.
    <Page title="Create users" crumbs={CRUMBS} hasHeader={false}>
      <Wizard
        activeStepIndex={step}
        submitButtonText={namesOf(draft).length > 1 ? "Create users" : "Create user"}
        onCancel={() => navigate("/users")}
        onSubmit={() => run.run(writes)}
        onNavigate={({ detail }) => {
          setSubmitted(true);
          const hasProblem = Object.values(problems).some((problem) => problem !== undefined);
          if (detail.requestedStepIndex > step && hasProblem) return;
          setStep(detail.requestedStepIndex);
        }}
        steps={[
          {
            title: "Details",
            content: <DetailsStep draft={draft} onChange={setDraft} problems={shown} />,
          },
          {
            title: "Permissions",
            content: (
              <Container header={<Header variant="h2">Permissions</Header>}>
                <PermissionFields
                  choice={draft.permissions}
                  onChange={(permissions) => setDraft({ ...draft, permissions })}
                />
              </Container>
            ),
          },
          { title: "Review", content: <ReviewStep draft={draft} writes={writes} /> },
        ]}
      />
    </Page>
  );
}

/**
 * What was made and what not, and the secrets of what was made: shown once, also after a failure.
 */
function Result({
  names,
  run,
  secrets,
  signInLink: link,
  onBack,
}: {
  readonly names: readonly string[];
  readonly run: Writes;
  readonly secrets: readonly Secrets[];
  readonly signInLink: string;
  readonly onBack: () => void;
}) {
  const follow = useFollow();
  const isUntouched = run.states.every(({ status }) => status !== "done");
  const title = resultTitle(names, run);
  return (
    <Page
      title={title}
      crumbs={CRUMBS}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {run.failure !== undefined && isUntouched && (
            <Button onClick={onBack}>Back to the form</Button>
          )}
          {run.failure !== undefined && (
            <Button variant="primary" loading={run.isRunning} onClick={run.resume}>
              Try the rest again
            </Button>
          )}
          {!run.isRunning && (
            <Button href={`${BASE}/users`} onFollow={follow}>
              Go to users
            </Button>
          )}
        </SpaceBetween>
      }
    >
      {secrets.length > 0 && !run.isRunning && (
        <Container header={<Header variant="h2">Credentials</Header>}>
          <SecretsView secrets={secrets} signInLink={link} />
        </Container>
      )}
      <Container header={<Header variant="h2">Steps</Header>}>
        <WriteProgress writes={run} isAlwaysShown={true} />
      </Container>
    </Page>
  );
}

function resultTitle(names: readonly string[], { states, isRunning }: Writes): string {
  if (isRunning) return "Creating users";
  if (states.every(({ status }) => status !== "done")) return "Nothing is created";
  if (states.some(({ status }) => status !== "done")) return "Not everything is created";
  return names.length === 1 ? `User ${names[0]} is created` : `${names.length} users are created`;
}
