import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import "./editor.css";
import { writing } from "./setup.ts";

export interface CodeEditorHandle {
  /** Puts the cursor there and shows it. */
  readonly goTo: (offset: number) => void;
}

/** The least height, so that an empty document is a place to write in. */
const HEIGHT = EditorView.theme({
  ".cm-content, .cm-gutter": { minHeight: "280px" },
  ".cm-scroller": { maxHeight: "60vh", overflow: "auto" },
});

/**
 * A JSON editor. It lives in a shadow root, where CodeMirror's style sheets are constructed ones, which
 * the content security policy lets pass.
 */
export function CodeEditor({
  value,
  onChange,
  label,
  diagnostics,
  ref,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly ref?: Ref<CodeEditorHandle>;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const change = useRef(onChange);
  change.current = onChange;
  const initial = useRef(value);

  useEffect(() => {
    const root = shadowOf(host.current);
    if (root === undefined) return;
    const editor = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: initial.current,
        extensions: [
          writing,
          lintGutter(),
          HEIGHT,
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) change.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label]);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    const most = editor.state.doc.length;
    const inText = diagnostics.filter(({ to }) => to <= most);
    editor.dispatch(setDiagnostics(editor.state, inText));
  }, [diagnostics]);
  useImperativeHandle(
    ref,
    () => ({
      goTo(offset) {
        const editor = view.current;
        if (editor === undefined) return;
        const anchor = Math.min(offset, editor.state.doc.length);
        editor.dispatch({ selection: { anchor }, scrollIntoView: true });
        editor.focus();
      },
    }),
    [],
  );
  return <div ref={host} className="code-editor" />;
}

/** React mounts twice in development; a host has one shadow root. */
export function shadowOf(host: HTMLElement | null): ShadowRoot | undefined {
  return host?.shadowRoot ?? host?.attachShadow({ mode: "open" });
}
