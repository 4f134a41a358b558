import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { shadowOf } from "./code-editor.tsx";
import "./editor.css";
import { readableJson } from "./format-json.ts";
import { reading } from "./setup.ts";

const COLLAPSE = { margin: 3, minSize: 6 };

/** The narrowest window in which two documents fit side by side. */
const SIDE_BY_SIDE = "(min-width: 800px)";

/** Two documents side by side, or one below the other's changes in a narrow window. */
export default function DocumentDiff({
  before,
  after,
  beforeLabel,
  afterLabel,
}: {
  readonly before: string;
  readonly after: string;
  readonly beforeLabel: string;
  readonly afterLabel: string;
}) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const root = shadowOf(host.current);
    if (root === undefined) return;
    const [a, b] = [readableJson(before), readableJson(after)];
    const shown = (label: string) => [
      reading,
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true" }),
    ];
    const view = matchMedia(SIDE_BY_SIDE).matches
      ? new MergeView({
          parent: root,
          root,
          a: { doc: a, extensions: shown(beforeLabel) },
          b: { doc: b, extensions: shown(afterLabel) },
          collapseUnchanged: COLLAPSE,
        })
      : new EditorView({
          parent: root,
          root,
          doc: b,
          extensions: [
            shown(`${beforeLabel} and ${afterLabel}`),
            unifiedMergeView({ original: a, mergeControls: false, collapseUnchanged: COLLAPSE }),
          ],
        });
    return () => view.destroy();
  }, [before, after, beforeLabel, afterLabel]);
  return (
    <div className="diff">
      <div className="diff-labels">
        <strong className="break">{beforeLabel}</strong>
        <strong className="break">{afterLabel}</strong>
      </div>
      <div ref={host} className="code-editor" />
    </div>
  );
}
