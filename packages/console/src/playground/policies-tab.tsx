import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Services } from "@portcullis/analysis";
import { emptyDocument } from "../documents/empty-document.ts";
import { DocumentEditor } from "../editor/document-editor.tsx";
import { parsedAs } from "../pages/simulator/case-policies.ts";
import { PART_OPTIONS, PARTS } from "../pages/simulator/document-parts.ts";
import { FileBar, useOpenFile } from "./file-bar.tsx";
import { isDocument, type ProjectFile } from "./project.ts";

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
  return (
    <SpaceBetween size="m">
      <FileBar
        all={files}
        shown={documents}
        open={open}
        label="Policy"
        added={{ path: "policy.json", part: "identity", text: emptyDocument("identity") }}
        partChoices={PART_OPTIONS}
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
          quota={PARTS[open.part].quota}
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
