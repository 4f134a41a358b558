import { CreatePolicyCommand } from "@aws-sdk/client-organizations";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { parsePolicy, policySize } from "@portcullis/policy";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { serviceControlPolicyPath } from "../../app/paths.ts";
import { dropDraft, keepDraft, keptDraft } from "../../documents/draft.ts";
import { DOCUMENT_QUOTAS } from "../../documents/quotas.ts";
import PolicyEditor from "../../editor/policy-editor.tsx";
import { nameProblem } from "../../organization/name-problem.ts";
import { Page } from "../../ui/page.tsx";
import { WriteDialog } from "../../writes/write-dialog.tsx";

const DRAFT = "a new service control policy";

/** A policy that takes something away, which is what most of them do. */
const START = JSON.stringify(
  {
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Action: [], Resource: "*" }],
  },
  null,
  2,
);

export default function CreateServiceControlPolicyPage() {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [text, setText] = useState(() => keptDraft(DRAFT)?.text ?? START);
  const [isSubmitted, setSubmitted] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [made] = useState({ id: "" });
  const isAccepted = useMemo(
    () =>
      parsePolicy(text, "serviceControl").ok && policySize(text) <= DOCUMENT_QUOTAS.serviceControl,
    [text],
  );
  const leave = (to: string) => {
    dropDraft(DRAFT);
    navigate(to);
  };
  return (
    <Page
      title="Create service control policy"
      crumbs={[{ text: "Organization", to: "/organization?tab=policies" }]}
    >
      <Container header={<Header variant="h2">Details</Header>}>
        <SpaceBetween size="m">
          <FormField label="Policy name" errorText={isSubmitted && nameProblem(name)}>
            <Input value={name} autoFocus={true} onChange={({ detail }) => setName(detail.value)} />
          </FormField>
          <FormField label="Description">
            <Input
              value={description}
              onChange={({ detail }) => setDescription(detail.value.slice(0, 512))}
            />
          </FormField>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Document</Header>}>
        <PolicyEditor
          kind="serviceControl"
          value={text}
          label="Policy document"
          quota={DOCUMENT_QUOTAS.serviceControl}
          onChange={(next) => {
            setText(next);
            keepDraft(DRAFT, { text: next, base: undefined });
          }}
        />
      </Container>
      <SpaceBetween direction="horizontal" size="xs">
        <Button
          variant="primary"
          disabled={!isAccepted}
          onClick={() => {
            setSubmitted(true);
            if (nameProblem(name) === undefined) setSaving(true);
          }}
        >
          Review and create
        </Button>
        <Button onClick={() => leave("/organization?tab=policies")}>Cancel</Button>
      </SpaceBetween>
      {isSaving && (
        <WriteDialog
          title={`Create policy ${name}?`}
          confirm="Create policy"
          writes={[
            {
              label: `Create policy ${name}`,
              command: new CreatePolicyCommand({
                Name: name,
                Description: description,
                Type: "SERVICE_CONTROL_POLICY",
                Content: text,
              }),
              onDone: ({ Policy }: { Policy?: { PolicySummary?: { Id?: string } } }) => {
                made.id = Policy?.PolicySummary?.Id ?? "";
              },
            },
          ]}
          done={`Created policy ${name}.`}
          onDone={() => leave(serviceControlPolicyPath(made.id))}
          onClose={() => setSaving(false)}
        >
          It limits nobody until it is attached to the root, a unit or an account.
        </WriteDialog>
      )}
    </Page>
  );
}
