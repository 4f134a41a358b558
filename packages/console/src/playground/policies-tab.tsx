import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Services } from "@portcullis/analysis";
import { emptyDocument } from "../documents/empty-document.ts";
import { DOCUMENT_QUOTAS } from "../documents/quotas.ts";
import { DocumentEditor } from "../editor/document-editor.tsx";
import { parsedAs } from "../pages/simulator/case-policies.ts";
import type { DocumentPart } from "../pages/simulator/simulation-case.ts";
import { FileBar, useOpenFile } from "./file-bar.tsx";
import { isDocument, type ProjectFile } from "./project.ts";

const PARTS: readonly {
  readonly value: DocumentPart;
  readonly label: string;
  readonly quota: number;
}[] = [
  { value: "identity", label: "Identity policy", quota: DOCUMENT_QUOTAS.managed },
  { value: "boundary", label: "Permissions boundary", quota: DOCUMENT_QUOTAS.managed },
  { value: "session", label: "Session policy", quota: 2048 },
  {
    value: "serviceControl",
    label: "Service control policy",
    quota: DOCUMENT_QUOTAS.serviceControl,
  },
  { value: "resource", label: "Resource-based policy", quota: 20_480 },
  { value: "trust", label: "Trust policy", quota: DOCUMENT_QUOTAS.trust },
];

/** The policies of a project, one of them in the editor. */
export function PoliciesTab({
  files,
  services,
  onChange,
}: {
  readonly files: readonly ProjectFile[];
  readonly services: Services | undefined;
  readonly onChange: (files: readonly ProjectFile[]) => void;
}) {
  const documents = files.filter(isDocument);
  const [found, setOpen] = useOpenFile(documents);
  const open = found !== undefined && isDocument(found) ? found : undefined;
  const quota = PARTS.find(({ value }) => value === open?.part)?.quota;
  return (
    <SpaceBetween size="m">
      <FileBar
        all={files}
        shown={documents}
        open={open}
        label="Policy"
        added={{ path: "policy.json", part: "identity", text: emptyDocument("identity") }}
        partChoices={PARTS}
        onOpen={setOpen}
        onChange={onChange}
      />
      {open === undefined ? (
        <p className="patterns-empty">No policy yet.</p>
      ) : (
        <DocumentEditor
          key={open.path}
          kind={parsedAs(open.part)}
          value={open.text}
          label={open.path}
          quota={quota ?? DOCUMENT_QUOTAS.managed}
          services={services}
          account={undefined}
          onChange={(text) =>
            onChange(files.map((file) => (file === open ? { ...open, text } : file)))
          }
        />
      )}
    </SpaceBetween>
  );
}
