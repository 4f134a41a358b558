import { EditorSelection, EditorState, type Transaction } from "@codemirror/state";
import type { Command, EditorView } from "@codemirror/view";

const UNIT = "  ";

/** Deletes the selection, or the character before the cursor. */
export const deleteBackward: Command = (view) => deleteTowards(view, false);
/** Deletes the selection, or the character after the cursor. */
export const deleteForward: Command = (view) => deleteTowards(view, true);

function deleteTowards(view: EditorView, isForward: boolean): boolean {
  if (view.state.readOnly) return false;
  const changes = view.state.changeByRange((range) => {
    const { from, to } = range.empty
      ? EditorSelection.range(range.head, view.moveByChar(range, isForward).head)
      : range;
    return { changes: { from, to }, range: EditorSelection.cursor(from) };
  });
  if (changes.changes.empty) return false;
  const userEvent = isForward ? "delete.forward" : "delete.backward";
  view.dispatch(view.state.update(changes, { scrollIntoView: true, userEvent }));
  return true;
}

/**
 * Begins a line below the one before it, deeper after an opening bracket. A closing bracket after
 * the cursor gets a line of its own.
 */
export const newLine: Command = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const changes = state.changeByRange(({ from, to }) => {
    const line = state.doc.lineAt(from);
    const before = state.sliceDoc(line.from, from);
    const depth = /^[ \t]*/.exec(before)?.[0] ?? "";
    const opens = /[{[]\s*$/.test(before);
    const closes = /^\s*[}\]]/.test(state.sliceDoc(to, state.doc.lineAt(to).to));
    const indent = `\n${depth}${opens ? UNIT : ""}`;
    const insert = opens && closes ? `${indent}\n${depth}` : closes ? shallower(indent) : indent;
    return {
      changes: { from, to, insert },
      range: EditorSelection.cursor(from + (opens && closes ? indent.length : insert.length)),
    };
  });
  dispatch(state.update(changes, { scrollIntoView: true, userEvent: "input" }));
  return true;
};

const shallower = (indent: string): string =>
  indent.endsWith(UNIT) ? indent.slice(0, -UNIT.length) : indent;

/** Moves a closing bracket that begins a line to its place as it is typed. */
export const closingBrackets = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || !transaction.isUserEvent("input.type")) return transaction;
  const { newDoc, newSelection } = transaction;
  const { head } = newSelection.main;
  const line = newDoc.lineAt(head);
  const typed = newDoc.sliceString(line.from, head);
  const [, given] = /^([ \t]+)[}\]]$/.exec(typed) ?? [];
  if (given === undefined || line.number === 1) return transaction;
  const above = newDoc.line(line.number - 1).text;
  const depth = /^[ \t]*/.exec(above)?.[0] ?? "";
  const wanted = /[{[]\s*$/.test(above) ? depth : shallower(depth);
  if (given === wanted) return transaction;
  const changes = { from: line.from, to: line.from + given.length, insert: wanted };
  return [transaction, { changes, sequential: true }] satisfies readonly [Transaction, object];
});
