import { history, historyKeymap } from "@codemirror/commands";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { appearance } from "./appearance.ts";
import { jsonColours } from "./json-colours.ts";
import { KEYS } from "./keys.ts";
import { closingBrackets } from "./typing.ts";

/** What every view of a document has. Tab is left alone: it leads out of the editor. */
export const reading = [appearance, jsonColours, EditorView.lineWrapping, keymap.of(KEYS)];

/** What an editor has beside. CodeMirror's `basicSetup` brings 60 KB more. */
export const writing = [
  reading,
  lineNumbers(),
  history(),
  closingBrackets,
  highlightActiveLine(),
  keymap.of(historyKeymap),
];
