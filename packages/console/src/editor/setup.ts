import { history, historyKeymap } from "@codemirror/commands";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { appearance } from "./appearance.ts";
import { jsonColours } from "./json-colours.ts";
import { KEYS } from "./keys.ts";
import { closingBrackets } from "./typing.ts";

const common = [appearance, EditorView.lineWrapping, keymap.of(KEYS)];

/** What every view of a document has. Tab is left alone: it leads out of the editor. */
export const reading = [common, jsonColours];

/** What an editor of any text has. CodeMirror's `basicSetup` brings 60 KB more. */
export const plainWriting = [
  common,
  lineNumbers(),
  history(),
  highlightActiveLine(),
  keymap.of(historyKeymap),
];

/** What an editor of JSON has beside. */
export const writing = [plainWriting, jsonColours, closingBrackets];
