import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { DocumentDiff } from "./lazy-diff.tsx";

/** Somebody else wrote the document meanwhile: nothing is written until the person decides. */
export function ThreeWay({
  before,
  theirs,
  mine,
  onTakeTheirs,
  onKeepMine,
}: {
  readonly before: string;
  readonly theirs: string;
  readonly mine: string;
  readonly onTakeTheirs: () => void;
  readonly onKeepMine: () => void;
}) {
  return (
    <SpaceBetween size="m">
      <Alert
        type="warning"
        header="Somebody else changed this meanwhile"
        action={
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={onTakeTheirs}>Take theirs</Button>
            <Button onClick={onKeepMine}>Keep mine</Button>
          </SpaceBetween>
        }
      >
        Nothing is written yet. Take theirs, or keep yours and change it where need be; then save
        again.
      </Alert>
      <Header variant="h2">What they changed</Header>
      <DocumentDiff
        before={before}
        after={theirs}
        beforeLabel="When you began"
        afterLabel="Theirs, as it is now"
      />
      <Header variant="h2">What saving yours would change</Header>
      <DocumentDiff
        before={theirs}
        after={mine}
        beforeLabel="Theirs, as it is now"
        afterLabel="Yours"
      />
    </SpaceBetween>
  );
}
