import Alert from "@cloudscape-design/components/alert";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { FileBar, useOpenFile } from "./file-bar.tsx";
import type { ProjectFile } from "./project.ts";
import { TextEditor } from "./text-editor.tsx";

const START: ProjectFile = {
  path: "api.service.yaml",
  part: "service",
  text: "service: invoices\nroutes:\n  GET /invoices/{invoiceId}:\n    action: invoices:GetInvoice\n    resource: invoice/{invoiceId}\n",
};

/** The definitions of one's APIs, which the editor knows actions, ARNs and keys from. */
export function ServicesTab({
  files,
  faults,
  onChange,
}: {
  readonly files: readonly ProjectFile[];
  readonly faults: ReadonlyMap<string, string>;
  readonly onChange: (files: readonly ProjectFile[]) => void;
}) {
  const services = files.filter(({ part }) => part === "service");
  const [open, setOpen] = useOpenFile(services);
  const fault = open && faults.get(open.path);
  return (
    <SpaceBetween size="m">
      <FileBar
        all={files}
        shown={services}
        open={open}
        label="Service definition"
        added={START}
        onOpen={setOpen}
        onChange={onChange}
      />
      {open === undefined ? (
        <p className="patterns-empty">No service definition: names of actions are not checked.</p>
      ) : (
        <SpaceBetween size="s">
          <LiveRegion>{fault !== undefined && <Alert type="error">{fault}</Alert>}</LiveRegion>
          <TextEditor
            file={open}
            onChange={(text) =>
              onChange(files.map((file) => (file === open ? { ...open, text } : file)))
            }
          />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}
