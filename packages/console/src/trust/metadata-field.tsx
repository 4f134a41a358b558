import FileInput from "@cloudscape-design/components/file-input";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";

/** SAML metadata: a file, or pasted. The server checks it. */
export function MetadataField({
  metadata,
  problem,
  onChange,
}: {
  readonly metadata: string;
  readonly problem: string | undefined;
  readonly onChange: (metadata: string) => void;
}) {
  return (
    <SpaceBetween size="xs">
      <FormField
        label="Metadata"
        description="The XML that the identity provider offers for download."
        errorText={problem}
        stretch={true}
      >
        <Textarea
          value={metadata}
          rows={6}
          spellcheck={false}
          onChange={({ detail }) => onChange(detail.value)}
        />
      </FormField>
      <FileInput
        value={[]}
        accept=".xml,application/xml,text/xml"
        onChange={async ({ detail }) => {
          const [file] = detail.value;
          if (file !== undefined) onChange(await file.text());
        }}
      >
        Choose a file
      </FileInput>
    </SpaceBetween>
  );
}
