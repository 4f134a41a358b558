import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState, type Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import "./editor.css";
import type { Fix } from "./policy-faults.ts";
import { plainWriting, writing } from "./setup.ts";

export interface CodeEditorHandle {
  /** Puts the cursor there and shows it. */
  readonly goTo: (offset: number) => void;
}

/** A remark on a part of the text, with what mends it. */
export interface Remark {
  readonly from: number;
  readonly to: number;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly fixes: readonly Fix[];
}

/** The least height, so that an empty document is a place to write in. */
const HEIGHT = EditorView.theme({
  ".cm-content, .cm-gutter": { minHeight: "280px" },
  ".cm-scroller": { maxHeight: "60vh", overflow: "auto" },
});

/**
 * An editor of JSON, or of other text. It lives in a shadow root, where CodeMirror's style sheets
 * are constructed ones, which the content security policy lets pass.
 */
export function CodeEditor({
  value,
  onChange,
  label,
  diagnostics,
  onFix,
  isJson = true,
  ref,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly diagnostics: readonly Remark[];
  readonly onFix?: (fix: Fix) => void;
  /** False for other texts, such as YAML. */
  readonly isJson?: boolean;
  readonly ref?: Ref<CodeEditorHandle>;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const change = useRef(onChange);
  change.current = onChange;
  const mend = useRef(onFix);
  mend.current = onFix;
  const initial = useRef(value);
  // Texts that were typed and have not come back as `value` yet.
  const typed = useRef<readonly string[]>([]);

  useEffect(() => {
    const root = shadowOf(host.current);
    if (root === undefined) return;
    const editor = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: initial.current,
        extensions: [
          isJson ? writing : plainWriting,
          lintGutter(),
          HEIGHT,
          EditorView.contentAttributes.of({
            "aria-label": label,
            spellcheck: "false",
            // Without it assistive technology may not see that what scrolls can be reached.
            tabindex: "0",
          }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged || update.transactions.some(isFromOutside)) return;
            const text = update.state.doc.toString();
            typed.current = [...typed.current, text];
            change.current(text);
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label, isJson]);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    // More may have been typed since: what comes back late must not undo it.
    const at = typed.current.indexOf(value);
    typed.current = at < 0 ? [] : typed.current.slice(at + 1);
    if (at >= 0) return;
    const changes = difference(editor.state.doc.toString(), value);
    if (changes !== undefined) editor.dispatch({ changes, annotations: FROM_OUTSIDE.of(true) });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    const most = editor.state.doc.length;
    const inText = diagnostics
      .filter(({ to }) => to <= most)
      .map(
        ({ fixes, ...remark }): Diagnostic => ({
          ...remark,
          actions: fixes.map((fix) => ({ name: fix.title, apply: () => mend.current?.(fix) })),
        }),
      );
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

/** Marks changes that the editor was told of, and did not make. */
const FROM_OUTSIDE = Annotation.define<boolean>();

const isFromOutside = (transaction: Transaction): boolean =>
  transaction.annotation(FROM_OUTSIDE) === true;

/** The part in which two texts differ, so that cursor and scrolling outlive a change elsewhere. */
function difference(before: string, after: string) {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from++;
  let tail = 0;
  while (tail < most - from && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) };
}

/** React mounts twice in development; a host has one shadow root. */
export function shadowOf(host: HTMLElement | null): ShadowRoot | undefined {
  return host?.shadowRoot ?? host?.attachShadow({ mode: "open" });
}
