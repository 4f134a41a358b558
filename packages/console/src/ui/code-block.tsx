import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import "./code-block.css";

/** Text to copy: a command, a statement, a document. `what` names it to the copy button. */
export function CodeBlock({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <div className="code-block">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must reach what scrolls */}
      <div className="code-block-text" role="group" tabIndex={0} aria-label={what}>
        <pre>{text}</pre>
      </div>
      <CopyToClipboard
        variant="icon"
        copyButtonAriaLabel={`Copy ${what.toLowerCase()}`}
        copySuccessText={`${what} copied`}
        copyErrorText={`${what} could not be copied`}
        textToCopy={text}
      />
    </div>
  );
}
