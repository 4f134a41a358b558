import { history, historyKeymap, standardKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { indentOnInput } from "@codemirror/language";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { appearance } from "./appearance.ts";

/** What every view of a document has. Tab is left alone: it leads out of the editor. */
export const reading = [json(), appearance, EditorView.lineWrapping, keymap.of(standardKeymap)];

/** What an editor has beside. CodeMirror's `basicSetup` brings 30 KB more. */
export const writing = [
  reading,
  lineNumbers(),
  history(),
  indentOnInput(),
  highlightActiveLine(),
  keymap.of(historyKeymap),
];
