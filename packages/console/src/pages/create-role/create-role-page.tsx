import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Wizard from "@cloudscape-design/components/wizard";
import { useState } from "react";
import { useNavigate } from "react-router";
import { rolePath } from "../../app/paths.ts";
import { ShowAsCli } from "../../cli/show-as-cli.tsx";
import { nameOf } from "../../permissions/permission-choice.ts";
import { BoundaryField, PoliciesField } from "../../permissions/permission-fields.tsx";
import { activeAccount } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";
import { tagProblem } from "../../tags/tag-changes.ts";
import { TagFields } from "../../tags/tag-fields.tsx";
import { HoursField } from "../../trust/hours-field.tsx";
import { trustDocument, trustProblems } from "../../trust/trust-draft.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { NameAndPathFields, nameAndPathProblems } from "../../ui/name-and-path.tsx";
import { useNotify } from "../../ui/notifications.tsx";
import { Page } from "../../ui/page.tsx";
import { useWrites } from "../../writes/use-writes.ts";
import { WriteProgress } from "../../writes/write-progress.tsx";
import { newRoleDraft, type RoleDraft, roleWrites, stepProblems } from "./role-draft.ts";
import { TrustStep } from "./trust-step.tsx";

const CRUMBS = [{ text: "Roles", to: "/roles" }] as const;

export default function CreateRolePage() {
  const navigate = useNavigate();
  const notify = useNotify();
  const session = useSession();
  const [draft, setDraft] = useState(() =>
    newRoleDraft(session === undefined ? "" : activeAccount(session)),
  );
  const [step, setStep] = useState(0);
  const [submitted, setSubmitted] = useState(-1);
  const run = useWrites();
  const problems = stepProblems(draft);
  const submit = async () => {
    const isPartlyDone = run.states.some(({ status }) => status === "done");
    const isDone = isPartlyDone ? await run.resume() : await run.run(roleWrites(draft));
    if (!isDone) return;
    notify({ type: "success", content: `Created role ${draft.names.name}.` });
    navigate(rolePath(draft.names.name));
  };
  return (
    // The wizard's own heading, of the step, is the h1.
    <Page title="Create role" crumbs={CRUMBS} hasHeader={false}>
      <Wizard
        activeStepIndex={step}
        isLoadingNextStep={run.isRunning}
        submitButtonText={run.failure === undefined ? "Create role" : "Try again"}
        onCancel={() => navigate("/roles")}
        onSubmit={submit}
        onNavigate={({ detail: { requestedStepIndex: to } }) => {
          const blocked = problems.findIndex((problem, at) => at < to && problem !== undefined);
          setSubmitted(Math.max(submitted, step));
          setStep(blocked < 0 ? to : blocked);
          // What is done stays done only as long as the form is the same.
          if (to < step && !run.states.some(({ status }) => status === "done")) run.reset();
        }}
        steps={[
          {
            title: "Trust",
            content: (
              <SpaceBetween size="m">
                <TrustStep
                  draft={draft.trust}
                  onChange={(trust) => setDraft({ ...draft, trust })}
                  problems={submitted >= 0 ? trustProblems(draft.trust) : {}}
                />
                {submitted >= 0 && problems[0] !== undefined && (
                  <Alert type="error">{problems[0]}</Alert>
                )}
              </SpaceBetween>
            ),
          },
          {
            title: "Permissions",
            content: (
              <Container header={<Header variant="h2">Permissions</Header>}>
                <SpaceBetween size="m">
                  <PoliciesField
                    policies={draft.policies}
                    onChange={(policies) => setDraft({ ...draft, policies })}
                  />
                  <BoundaryField
                    boundary={draft.boundary}
                    onChange={(boundary) => setDraft({ ...draft, boundary })}
                  />
                </SpaceBetween>
              </Container>
            ),
          },
          {
            title: "Name",
            content: <NameStep draft={draft} onChange={setDraft} isSubmitted={submitted >= 2} />,
          },
          {
            title: "Review",
            content: (
              <SpaceBetween size="l">
                <Review draft={draft} />
                <WriteProgress writes={run} />
                <ShowAsCli commands={roleWrites(draft).map(({ command }) => command)} />
              </SpaceBetween>
            ),
          },
        ]}
      />
    </Page>
  );
}

function NameStep({
  draft,
  onChange,
  isSubmitted,
}: {
  readonly draft: RoleDraft;
  readonly onChange: (draft: RoleDraft) => void;
  readonly isSubmitted: boolean;
}) {
  return (
    <Container header={<Header variant="h2">Role</Header>}>
      <SpaceBetween size="m">
        <NameAndPathFields
          label="Role name"
          value={draft.names}
          problems={isSubmitted ? nameAndPathProblems(draft.names, 64) : undefined}
          onChange={(names) => onChange({ ...draft, names })}
        />
        <FormField label="Description (optional)">
          <Input
            value={draft.description}
            onChange={({ detail }) =>
              onChange({ ...draft, description: detail.value.slice(0, 1000) })
            }
          />
        </FormField>
        <HoursField hours={draft.hours} onChange={(hours) => onChange({ ...draft, hours })} />
        <FormField label="Tags" stretch={true}>
          <TagFields
            tags={draft.tags}
            onChange={(tags) => onChange({ ...draft, tags })}
            problem={isSubmitted ? tagProblem(draft.tags) : undefined}
          />
        </FormField>
      </SpaceBetween>
    </Container>
  );
}

function Review({ draft }: { readonly draft: RoleDraft }) {
  const { names, description, hours, policies, boundary, trust } = draft;
  return (
    <Container header={<Header variant="h2">Review</Header>}>
      <SpaceBetween size="m">
        {policies.length === 0 && <Alert type="warning">This role has no permissions.</Alert>}
        <KeyValuePairs
          columns={2}
          minColumnWidth={220}
          items={[
            { label: "Name", value: <span className="break">{names.name}</span> },
            { label: "Path", value: <span className="break">{names.path}</span> },
            {
              label: "Description",
              value: <bdi className="break">{description || "None"}</bdi>,
            },
            { label: "Longest session", value: hours === 1 ? "1 hour" : `${hours} hours` },
            {
              label: "Policies",
              value: <span className="break">{policies.map(nameOf).join(", ") || "None"}</span>,
            },
            {
              label: "Boundary",
              value: <span className="break">{boundary ? nameOf(boundary) : "None"}</span>,
            },
          ]}
        />
        <div>
          <Box variant="awsui-key-label">Trust policy</Box>
          <CodeBlock text={trustDocument(trust)} what="Trust policy" />
        </div>
      </SpaceBetween>
    </Container>
  );
}
