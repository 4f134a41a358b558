import type { Range } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";

const MARKS = {
  key: Decoration.mark({ class: "json-key" }),
  string: Decoration.mark({ class: "json-string" }),
  word: Decoration.mark({ class: "json-word" }),
} as const;

/** A string with the colon after it, or a string that its line does not close; a bare word. */
const TOKEN = /"(?:[^"\\]|\\.)*(?:"(\s*:)?|$)|[\w.+-]+/g;

/**
 * Colours JSON. No string of JSON goes over the end of a line, so that lines are coloured one by
 * one, and only those in view. A parser for it would be 25 KB more to load.
 */
export const jsonColours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorationsIn(view);
    }

    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged)
        this.decorations = decorationsIn(update.view);
    }
  },
  { decorations: ({ decorations }) => decorations },
);

/** A line that is longer is left plain from here on. */
const MOST_CHARACTERS = 5_000;

function decorationsIn({ state, visibleRanges }: EditorView): DecorationSet {
  const marks: Range<Decoration>[] = [];
  for (const { from, to } of visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = state.doc.lineAt(at);
      for (const found of line.text.slice(0, MOST_CHARACTERS).matchAll(TOKEN)) {
        const [text, colon = ""] = found;
        const start = line.from + found.index;
        const kind = text.startsWith('"') ? (colon === "" ? "string" : "key") : "word";
        marks.push(MARKS[kind].range(start, start + text.length - colon.length));
      }
      at = line.to + 1;
    }
  }
  return Decoration.set(marks);
}
