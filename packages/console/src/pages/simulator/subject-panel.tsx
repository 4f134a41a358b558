import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { lazy, Suspense, useState } from "react";
import { emptyDocument } from "../../documents/empty-document.ts";
import { useServerOptions } from "../../list/server-options.ts";
import { FINDERS } from "../../permissions/entities-field.tsx";
import { parsedAs } from "./case-policies.ts";
import { PART_OPTIONS, PARTS } from "./document-parts.ts";
import {
  DOCUMENT_PARTS,
  type DocumentPart,
  type PastedDocument,
  type Subject,
} from "./simulation-case.ts";

const PolicyEditor = lazy(() => import("../../editor/policy-editor.tsx"));

const SUBJECTS: Readonly<Record<Subject["kind"], string>> = {
  user: "User",
  role: "Role",
  root: "Root user",
  pasted: "Pasted policies alone",
};

const MOST_DOCUMENTS = 10;

/** Who makes the requests, and documents that take part beside the principal's own. */
export function SubjectPanel({
  subject,
  documents,
  onSubject,
  onDocuments,
}: {
  readonly subject: Subject;
  readonly documents: readonly PastedDocument[];
  readonly onSubject: (subject: Subject) => void;
  readonly onDocuments: (documents: readonly PastedDocument[]) => void;
}) {
  const options = (Object.keys(SUBJECTS) as Subject["kind"][]).map((value) => ({
    value,
    label: SUBJECTS[value],
  }));
  return (
    <Container header={<Header variant="h2">Principal and policies</Header>}>
      <SpaceBetween size="m">
        <FormField label="Simulate">
          <Select
            options={options}
            selectedOption={options.find(({ value }) => value === subject.kind) ?? null}
            onChange={({ detail }) => onSubject(subjectWith(detail.selectedOption.value))}
          />
        </FormField>
        {"name" in subject && (
          <NameField key={subject.kind} subject={subject} onChange={onSubject} />
        )}
        {documents.map((document, at) => (
          <DocumentField
            // biome-ignore lint/suspicious/noArrayIndexKey: documents have no other identity
            key={at}
            document={document}
            number={at + 1}
            onChange={(text) =>
              onDocuments(documents.map((one, index) => (index === at ? { ...one, text } : one)))
            }
            onRemove={() => onDocuments(documents.filter((_, index) => index !== at))}
          />
        ))}
        {documents.length < MOST_DOCUMENTS && (
          <AddDocument
            onAdd={(part) =>
              onDocuments([...documents, { part, text: emptyDocument(parsedAs(part)) }])
            }
          />
        )}
      </SpaceBetween>
    </Container>
  );
}

function subjectWith(kind: string | undefined): Subject {
  return kind === "root" || kind === "pasted"
    ? { kind }
    : { kind: kind === "role" ? "role" : "user", name: "" };
}

function NameField({
  subject,
  onChange,
}: {
  readonly subject: Extract<Subject, { readonly name: string }>;
  readonly onChange: (subject: Subject) => void;
}) {
  const { kind, name } = subject;
  const options = useServerOptions(FINDERS[kind]);
  return (
    <FormField label={SUBJECTS[kind]} stretch={true}>
      <Select
        selectedOption={name === "" ? null : { value: name, label: name }}
        options={options.names.map((value) => ({ value, label: value }))}
        onChange={({ detail }) => onChange({ kind, name: detail.selectedOption.value ?? "" })}
        filteringType="manual"
        onLoadItems={({ detail }) => options.search(detail.filteringText)}
        statusType={options.status}
        loadingText={`Loading ${kind}s`}
        errorText={options.failure ?? ""}
        filteringAriaLabel={`Find a ${kind} by the beginning of the name`}
        filteringPlaceholder="The beginning of a name"
        placeholder={`Choose a ${kind}`}
        empty="None found."
      />
    </FormField>
  );
}

function AddDocument({ onAdd }: { readonly onAdd: (part: DocumentPart) => void }) {
  const [part, setPart] = useState<DocumentPart>("identity");
  return (
    <FormField
      label="Add a document"
      description="It decides beside the principal's own policies. A pasted boundary replaces theirs."
      secondaryControl={<Button onClick={() => onAdd(part)}>Add</Button>}
    >
      <Select
        options={PART_OPTIONS}
        selectedOption={PART_OPTIONS.find(({ value }) => value === part) ?? null}
        onChange={({ detail }) =>
          setPart(DOCUMENT_PARTS.find((one) => one === detail.selectedOption.value) ?? "identity")
        }
      />
    </FormField>
  );
}

function DocumentField({
  document: { part, text },
  number,
  onChange,
  onRemove,
}: {
  readonly document: PastedDocument;
  readonly number: number;
  readonly onChange: (text: string) => void;
  readonly onRemove: () => void;
}) {
  const { word, quota } = PARTS[part];
  const label = `Pasted document ${number}: ${word.toLowerCase()}`;
  return (
    <SpaceBetween size="xs">
      <Header
        variant="h3"
        actions={
          <Button onClick={onRemove} ariaLabel={`Remove pasted document ${number}`}>
            Remove
          </Button>
        }
      >
        {label}
      </Header>
      <Suspense fallback={<StatusIndicator type="loading">Loading the editor</StatusIndicator>}>
        <PolicyEditor
          kind={parsedAs(part)}
          value={text}
          onChange={onChange}
          label={label}
          quota={quota}
        />
      </Suspense>
    </SpaceBetween>
  );
}
