import { CreatePolicyCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { parsePolicy, policySize } from "@portcullis/policy";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { policyPath } from "../../app/paths.ts";
import { dropDraft, keepDraft, keptDraft, NEW_POLICY } from "../../documents/draft.ts";
import { emptyDocument } from "../../documents/empty-document.ts";
import { ChangeWords } from "../../documents/lazy-diff.tsx";
import { DOCUMENT_QUOTAS } from "../../documents/quotas.ts";
import PolicyEditor from "../../editor/policy-editor.tsx";
import { type Tag, tagProblem } from "../../tags/tag-changes.ts";
import { TagFields } from "../../tags/tag-fields.tsx";
import { NameAndPathFields, nameAndPathProblems } from "../../ui/name-and-path.tsx";
import { Page } from "../../ui/page.tsx";
import { WriteDialog } from "../../writes/write-dialog.tsx";

export default function CreatePolicyPage() {
  const navigate = useNavigate();
  const [value, setValue] = useState({ name: "", path: "/" });
  const [description, setDescription] = useState("");
  const [tags, setTags] = useState<readonly Tag[]>([]);
  const [text, setText] = useState(() => keptDraft(NEW_POLICY)?.text ?? emptyDocument("managed"));
  const [isSubmitted, setSubmitted] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const problems = nameAndPathProblems(value, 128);
  const isAccepted = useMemo(
    () => parsePolicy(text, "managed").ok && policySize(text) <= DOCUMENT_QUOTAS.managed,
    [text],
  );
  const leave = (to: string) => {
    dropDraft(NEW_POLICY);
    navigate(to);
  };
  const submit = () => {
    setSubmitted(true);
    const problem = problems.name ?? problems.path ?? tagProblem(tags);
    if (problem === undefined && isAccepted) setSaving(true);
  };
  return (
    <Page title="Create policy" crumbs={[{ text: "Policies", to: "/policies" }]}>
      <Container header={<Header variant="h2">Details</Header>}>
        <SpaceBetween size="m">
          <NameAndPathFields
            label="Policy name"
            value={value}
            problems={isSubmitted ? problems : undefined}
            onChange={setValue}
          />
          <FormField label="Description" description="It can't be changed later.">
            <Input
              value={description}
              onChange={({ detail }) => setDescription(detail.value.slice(0, 1000))}
            />
          </FormField>
          <FormField label="Tags" stretch={true}>
            <TagFields
              tags={tags}
              onChange={setTags}
              problem={isSubmitted ? tagProblem(tags) : undefined}
            />
          </FormField>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Document</Header>}>
        <PolicyEditor
          kind="managed"
          value={text}
          label="Policy document"
          quota={DOCUMENT_QUOTAS.managed}
          onChange={(next) => {
            setText(next);
            keepDraft(NEW_POLICY, { text: next, base: undefined });
          }}
        />
      </Container>
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="primary" disabled={!isAccepted} onClick={submit}>
          Review and create
        </Button>
        <Button onClick={() => leave("/policies")}>Cancel</Button>
      </SpaceBetween>
      {isSaving && (
        <CreateDialog
          input={{ value, description, tags, text }}
          onDone={(arn) => leave(policyPath(arn))}
          onClose={() => setSaving(false)}
        />
      )}
    </Page>
  );
}

function CreateDialog({
  input: { value, description, tags, text },
  onDone,
  onClose,
}: {
  readonly input: {
    readonly value: { readonly name: string; readonly path: string };
    readonly description: string;
    readonly tags: readonly Tag[];
    readonly text: string;
  };
  readonly onDone: (arn: string) => void;
  readonly onClose: () => void;
}) {
  const made = useMemo(() => ({ arn: "" }), []);
  return (
    <WriteDialog
      title={`Create policy ${value.name}?`}
      confirm="Create policy"
      size="large"
      writes={[
        {
          label: `Create policy ${value.name}`,
          command: new CreatePolicyCommand({
            PolicyName: value.name,
            PolicyDocument: text,
            ...(value.path === "/" ? {} : { Path: value.path }),
            ...(description === "" ? {} : { Description: description }),
            ...(tags.length === 0 ? {} : { Tags: [...tags] }),
          }),
          onDone: ({ Policy }: { Policy?: { Arn?: string } }) => {
            made.arn = Policy?.Arn ?? "";
          },
        },
      ]}
      done={`Created policy ${value.name}.`}
      onDone={() => onDone(made.arn)}
      onClose={onClose}
    >
      <ChangeWords before="" after={text} kind="managed" />
    </WriteDialog>
  );
}
