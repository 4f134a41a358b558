import { CodeEditor } from "../editor/code-editor.tsx";
import type { ProjectFile } from "./project.ts";

const NO_REMARKS: readonly [] = [];

/** A file that is YAML or JSON, as text. */
export function TextEditor({
  file,
  onChange,
}: {
  readonly file: ProjectFile;
  readonly onChange: (text: string) => void;
}) {
  return (
    <CodeEditor
      key={file.path}
      value={file.text}
      label={file.path}
      isJson={file.path.endsWith(".json")}
      diagnostics={NO_REMARKS}
      onChange={onChange}
    />
  );
}
