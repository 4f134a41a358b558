import Alert from "@cloudscape-design/components/alert";

/** What an answer does not see. */
export function LeftOut({
  header,
  sentences,
}: {
  readonly header: string;
  readonly sentences: readonly string[];
}) {
  if (sentences.length === 0) return null;
  return (
    <Alert type="info" header={header}>
      {sentences.map((sentence) => (
        <div key={sentence} className="break">
          {sentence}
        </div>
      ))}
    </Alert>
  );
}
