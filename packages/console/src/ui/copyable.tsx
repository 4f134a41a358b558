import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";

/** A value that people copy, such as an ARN, with a button for that. */
export function Copyable({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <span className="break">
      <CopyToClipboard
        variant="inline"
        textToCopy={text}
        copyButtonAriaLabel={`Copy ${what}`}
        copySuccessText={`${what} copied`}
        copyErrorText={`${what} could not be copied`}
      />
    </span>
  );
}
