import { parsePolicy, positionAt } from "@portcullis/policy";
import { useEffect, useMemo, useRef } from "react";
import { formatJson } from "../../editor/format-json.ts";
import { RouterLink } from "../../ui/router-link.tsx";
import { type CasePolicy, parsedAs } from "./case-policies.ts";

/** A statement in the text of its policy, marked, with a link to the policy. */
export function StatementText({
  policy,
  index,
}: {
  readonly policy: CasePolicy;
  readonly index: number;
}) {
  const { name, page } = policy;
  const parts = useMemo(() => partsOf(policy, index), [policy, index]);
  const mark = useRef<HTMLElement>(null);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const [marked, scrolled] = [mark.current, box.current];
    if (marked === null || scrolled === null) return;
    // Not `scrollIntoView`, which moves the dialog too.
    const from = marked.offsetTop - scrolled.offsetTop;
    if (from + marked.offsetHeight > scrolled.clientHeight) scrolled.scrollTop = from - MARGIN;
  }, []);
  if (parts === undefined) return null;
  const { before, statement, after, line } = parts;
  const label = `${name}, line ${line}`;
  return (
    <figure className="statement-text">
      <figcaption className="break">
        {page === undefined ? <strong>{name}</strong> : <RouterLink to={page}>{name}</RouterLink>}
        {`, line ${line}`}
      </figcaption>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must reach what scrolls */}
      <section ref={box} className="code-block-text" role="group" tabIndex={0} aria-label={label}>
        <pre>
          {before}
          <mark ref={mark}>{statement}</mark>
          {after}
        </pre>
      </section>
    </figure>
  );
}

/** Pixels above a statement that is scrolled to. */
const MARGIN = 20;

interface Parts {
  readonly before: string;
  readonly statement: string;
  readonly after: string;
  /** From 1, in the text as it is shown. */
  readonly line: number;
}

/** A document that is one line is shown formatted; any other as its author wrote it. */
export function partsOf(
  { text, part }: Pick<CasePolicy, "text" | "part">,
  index: number,
): Parts | undefined {
  const shown = text.trim().includes("\n") ? text : (formatJson(text) ?? text);
  const parsed = parsePolicy(shown, parsedAs(part));
  const statement = parsed.ok ? parsed.policy.statements[index] : undefined;
  if (statement === undefined) return undefined;
  const { start, end } = statement;
  return {
    before: shown.slice(0, start),
    statement: shown.slice(start, end),
    after: shown.slice(end),
    line: positionAt(shown, start).line,
  };
}
