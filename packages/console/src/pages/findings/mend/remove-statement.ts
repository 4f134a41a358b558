import { readDocument } from "../../../editor/text/read-document.ts";
import { changeStatement } from "./document.ts";

/**
 * The document without the statement of a finding. Undefined: another one is in its place by now,
 * or it is the last one.
 *
 * @param seen how the statement's text begins
 */
export function withoutStatement(text: string, index: number, seen: string): string | undefined {
  const read = readDocument(text);
  const node = read.ok ? read.document.statements[index]?.node : undefined;
  if (node === undefined || !text.startsWith(seen, node.start)) return undefined;
  return changeStatement(text, index, () => "remove");
}
