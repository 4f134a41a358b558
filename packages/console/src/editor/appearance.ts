import { EditorView } from "@codemirror/view";

/**
 * How all code is shown. Colours are variables of `editor.css`, which shadow roots inherit, in
 * light and dark.
 */
export const appearance = EditorView.theme({
  "&": { color: "var(--code-text)", backgroundColor: "var(--code-page)", fontSize: "13px" },
  // The host shows the focus, around the line numbers too.
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--monospace)",
    lineHeight: "20px",
  },
  ".cm-content": { caretColor: "var(--code-text)", paddingBlock: "8px" },
  ".cm-cursor": { borderLeftColor: "var(--code-text)" },
  ".cm-gutters": {
    color: "var(--code-quiet)",
    backgroundColor: "var(--code-page)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--code-line)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "var(--code-selection)" },
  ".cm-tooltip, .cm-panels": {
    color: "var(--code-text)",
    backgroundColor: "var(--page)",
    border: "1px solid var(--line)",
  },
  ".cm-foldPlaceholder": { color: "var(--code-text)", backgroundColor: "var(--code-line)" },
  ".cm-changedLine, .cm-insertedLine": { backgroundColor: "var(--code-added)" },
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--code-removed)" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": {
    background: "var(--code-removed-text)",
  },
  "&.cm-merge-b .cm-changedText, .cm-changedText": { background: "var(--code-added-text)" },
  ".json-key, .json-word": { color: "var(--code-key)" },
  ".json-string": { color: "var(--code-string)" },
  ".cm-collapsedLines": { color: "var(--code-text)", background: "var(--code-line)" },
});
