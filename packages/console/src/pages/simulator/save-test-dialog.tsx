import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { CodeBlock } from "../../ui/code-block.tsx";
import { downloadText } from "../../ui/csv.ts";
import { Dialog } from "../../ui/dialog.tsx";
import type { TestFileData } from "./test-file.ts";

/** A case of the simulator as a test file, to be kept beside the policies. */
export function SaveTestDialog({
  file,
  onClose,
}: {
  readonly file: TestFileData;
  readonly onClose: () => void;
}) {
  const text = `${JSON.stringify(file, null, 2)}\n`;
  return (
    <Dialog
      title="Save as test case"
      size="large"
      onClose={onClose}
      buttons={
        <>
          <Button variant="link" onClick={onClose}>
            Close
          </Button>
          <Button
            variant="primary"
            onClick={() => downloadText(FILE_NAME, text, "application/json")}
          >
            Download {FILE_NAME}
          </Button>
        </>
      }
    >
      <SpaceBetween size="s">
        <div>
          {file.tests.length === 1 ? "The decision" : `The ${file.tests.length} decisions`} as
          tests, with the documents that made them. Requests whose decision is not known are left
          out. Run it in CI:
        </div>
        <CodeBlock text={`npx portcullis policy test ${FILE_NAME}`} what="Command" />
        <CodeBlock text={text} what="Test file" />
      </SpaceBetween>
    </Dialog>
  );
}

const FILE_NAME = "simulation.test.json";
