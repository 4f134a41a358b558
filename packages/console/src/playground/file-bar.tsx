import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { Choice } from "../editor/visual/choice.tsx";
import { downloadText } from "../ui/csv.ts";
import { type FilePart, freePath, MOST_FILES, type ProjectFile } from "./project.ts";

/** Which of some files is open. @param first the path of the one to begin with */
export function useOpenFile(files: readonly ProjectFile[], first?: string) {
  const [path, setPath] = useState(first);
  const open = files.find((file) => file.path === path) ?? files[0];
  return [open, setPath] as const;
}

/** Chooses, adds, renames, downloads and removes files of one kind. */
export function FileBar({
  all,
  shown,
  open,
  label,
  added,
  partChoices,
  onOpen,
  onChange,
}: {
  readonly all: readonly ProjectFile[];
  /** Those to choose from. */
  readonly shown: readonly ProjectFile[];
  readonly open: ProjectFile | undefined;
  /** One of them, such as `Policy`. */
  readonly label: string;
  /** What a new one begins with. */
  readonly added: ProjectFile;
  /** What a file can be for; absent: one thing alone. */
  readonly partChoices?: readonly { readonly value: FilePart; readonly label: string }[];
  readonly onOpen: (path: string) => void;
  readonly onChange: (files: readonly ProjectFile[]) => void;
}) {
  const replace = (next: ProjectFile) => onChange(all.map((file) => (file === open ? next : file)));
  const add = () => {
    const file = { ...added, path: freePath(all, added.path) };
    onChange([...all, file]);
    onOpen(file.path);
  };
  return (
    <div className="file-bar">
      {open !== undefined && (
        <>
          <Choice
            label={label}
            options={shown.map(({ path }) => ({ value: path, label: path }))}
            value={open.path}
            onChange={onOpen}
          />
          {partChoices !== undefined && (
            <Choice
              label="It is"
              options={partChoices}
              value={open.part}
              onChange={(part) => replace({ ...open, part: part as FilePart })}
            />
          )}
          <PathField
            key={open.path}
            path={open.path}
            isTaken={(path) => all.some((file) => file !== open && file.path === path)}
            onChange={(path) => {
              replace({ ...open, path });
              onOpen(path);
            }}
          />
        </>
      )}
      <div className="file-bar-buttons">
        <Button disabled={all.length >= MOST_FILES} onClick={add}>
          Add
        </Button>
        {open !== undefined && (
          <>
            <Button
              ariaLabel={`Download ${open.path}`}
              onClick={() =>
                downloadText(open.path.split("/").at(-1) ?? open.path, open.text, "text/plain")
              }
            >
              Download
            </Button>
            <Button
              ariaLabel={`Remove ${open.path}`}
              onClick={() => onChange(all.filter((file) => file !== open))}
            >
              Remove
            </Button>
          </>
        )}
      </div>
    </div>
  );
}

/**
 * Tests name files by their paths, so a path changes when the field is left, not at each letter.
 */
function PathField({
  path,
  isTaken,
  onChange,
}: {
  readonly path: string;
  readonly isTaken: (path: string) => boolean;
  readonly onChange: (path: string) => void;
}) {
  const [text, setText] = useState(path);
  const wanted = text.trim();
  const problem =
    wanted === ""
      ? "A file needs a path."
      : wanted.length > 200
        ? "200 characters at most."
        : isTaken(wanted)
          ? "Another file has this path."
          : undefined;
  const apply = () => problem === undefined && wanted !== path && onChange(wanted);
  return (
    <FormField label="Path" errorText={problem} stretch={true}>
      <Input
        value={text}
        spellcheck={false}
        onChange={({ detail }) => setText(detail.value)}
        onBlur={apply}
        onKeyDown={({ detail }) => detail.key === "Enter" && apply()}
      />
    </FormField>
  );
}
