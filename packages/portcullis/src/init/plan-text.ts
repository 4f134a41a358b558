import { coloured } from "../output/colour.ts";
import type { NewFile } from "./kinds.ts";
import type { Plan } from "./plan.ts";
import type { FileState } from "./write-new.ts";

const STATES: Readonly<Record<FileState, string>> = {
  new: "new file",
  same: "is there already",
  kept: "is there already with other content, and stays as it is",
};

/** The files that would be written, as a diff shows new ones. */
export function planText(
  { kind, service }: Plan,
  files: readonly (NewFile & { readonly state: FileState })[],
): string {
  const parts = files.map(({ path, text, state }) => {
    const head = coloured("bold", `${path}: ${STATES[state]}`);
    if (state !== "new") return head;
    const lines = text.trimEnd().split("\n");
    return [head, ...lines.map((line) => coloured("green", `+ ${line}`.trimEnd()))].join("\n");
  });
  return [`This project: ${kind}. Its service: ${service}.`, ...parts].join("\n\n");
}

/** What people do themselves. */
export function stepsText({ edits, steps }: Plan): string {
  const changes = edits.flatMap(({ file, place, imports, lines }) => [
    "",
    `Add to ${file}, ${place}:`,
    ...[...imports, ...lines].map((line) => `  ${line}`),
  ]);
  return [...changes, "", "Next:", ...steps.map((step, at) => `  ${at + 1}. ${step}`)].join("\n");
}
