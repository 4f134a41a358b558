import Alert from "@cloudscape-design/components/alert";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { percentOf, type Share } from "@portcullis/testing";
import { useDeferredValue, useMemo, useState } from "react";
import { FileBar, useOpenFile } from "./file-bar.tsx";
import type { ProjectFile } from "./project.ts";
import { type RunResult, runProject } from "./run-project.ts";
import { TextEditor } from "./text-editor.tsx";

const START: ProjectFile = {
  path: "policy.test.yaml",
  part: "test",
  text: [
    "policies:",
    "  Policy: policy.json",
    "users:",
    "  ana: { policies: [Policy] }",
    "tests:",
    "  - principal: ana",
    "    request: orders:GetOrder arn:aws:orders:us-east-1:111122223333:order/7",
    "    expect: allowed",
    "",
  ].join("\n"),
};

/** Test files of `portcullis policy test`, run as they are typed. */
export function TestsTab({
  files,
  first,
  onChange,
}: {
  readonly files: readonly ProjectFile[];
  /** The path of the file to begin with. */
  readonly first: string | undefined;
  readonly onChange: (files: readonly ProjectFile[]) => void;
}) {
  const tests = files.filter(({ part }) => part === "test");
  const [open, setOpen] = useOpenFile(tests, first);
  return (
    <SpaceBetween size="m">
      <FileBar
        all={files}
        shown={tests}
        open={open}
        label="Test file"
        added={START}
        onOpen={setOpen}
        onChange={onChange}
      />
      {open === undefined ? (
        <p className="patterns-empty">No test yet. Add one, or save a case of the simulator.</p>
      ) : (
        <SpaceBetween size="m">
          <TextEditor
            file={open}
            onChange={(text) =>
              onChange(files.map((file) => (file === open ? { ...open, text } : file)))
            }
          />
          <Results files={files} path={open.path} />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

function Results({
  files,
  path,
}: {
  readonly files: readonly ProjectFile[];
  readonly path: string;
}) {
  const [now] = useState(() => new Date());
  const later = useDeferredValue(files);
  const run = useMemo(() => runProject(later, path, now), [later, path, now]);
  if (!run.ok)
    return (
      <LiveRegion>
        <Alert type="error" header="The tests can't be run">
          <span className="break">{run.fault}</span>
        </Alert>
      </LiveRegion>
    );
  return <Outcome run={run} />;
}

function Outcome({ run: { result } }: { readonly run: Extract<RunResult, { readonly ok: true }> }) {
  const { results, coverage, coverageFaults } = result;
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  const isGood = failed === 0 && coverageFaults.length === 0;
  const tests = results.length === 1 ? "1 test" : `${results.length} tests`;
  return (
    <SpaceBetween size="s">
      <LiveRegion>
        <StatusIndicator type={isGood ? "success" : "error"}>
          {failed === 0 ? `${tests} passed` : `${failed} of ${tests} failed`}; statements{" "}
          {shareText(coverage.statements)}, actions {shareText(coverage.actions)}.
        </StatusIndicator>
      </LiveRegion>
      <ul className="test-results" aria-label="Results">
        {results.map(({ name, line, failure }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: tests can have the same name
          <li key={at} className="status">
            <StatusIndicator
              type={failure === undefined ? "success" : "error"}
              iconAriaLabel={failure === undefined ? "Passed" : "Failed"}
            />
            <div className="break">
              Line {line}: {name}
              {failure !== undefined && <div className="example-request">{failure}</div>}
            </div>
          </li>
        ))}
        {coverageFaults.map((fault) => (
          <li key={fault} className="status">
            <StatusIndicator type="error" iconAriaLabel="Failed" />
            <div className="break">Coverage: {fault}</div>
          </li>
        ))}
      </ul>
    </SpaceBetween>
  );
}

const shareText = (share: Share): string =>
  share.total === 0 ? "none" : `${share.reached} of ${share.total} (${percentOf(share)} %)`;
