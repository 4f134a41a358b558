import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import type { LoadedSubject } from "../pages/simulator/load-subject.ts";
import type { Surroundings } from "../pages/simulator/load-surroundings.ts";
import { madeUpUser } from "../pages/simulator/made-up-user.ts";
import { Requests } from "../pages/simulator/requests.tsx";
import type { TestFileData } from "../pages/simulator/test-file.ts";
import type { Query } from "../ui/use-query.ts";
import { freePath, isDocument, type ProjectFile, type ProjectRequests } from "./project.ts";
import { savedTest } from "./saved-test.ts";

const ACCOUNT = "111122223333";

/** Nothing decides beside the project's files. */
const ALONE: Query<Surroundings> = {
  data: { trust: new Map(), guardrails: { kind: "none" } },
  failure: undefined,
  isLoading: false,
  reload: async () => {},
};

/** What a user that has all policies of the project may do. */
export function SimulatorTab({
  files,
  requests,
  onRequests,
  onSaved,
}: {
  readonly files: readonly ProjectFile[];
  readonly requests: ProjectRequests;
  readonly onRequests: (requests: ProjectRequests) => void;
  readonly onSaved: (file: ProjectFile) => void;
}) {
  const loaded = useMemo((): LoadedSubject => {
    const documents = files
      .filter(isDocument)
      .map(({ path, part, text }) => ({ part, name: path, text }));
    return {
      principal: madeUpUser(ACCOUNT),
      tags: [],
      documents,
      hasBoundary: documents.some(({ part }) => part === "boundary"),
      failures: [],
    };
  }, [files]);
  const save = (data: TestFileData) => {
    const path = freePath(files, "simulation.test.json");
    onSaved({ path, part: "test", text: savedTest(data, files) });
  };
  return (
    <SpaceBetween size="m">
      <p className="patterns-empty">
        A made-up user of account {ACCOUNT} has all identity policies of this playground, its
        boundary and its other policies. A trust policy is that of whichever role is the resource.
      </p>
      <Requests
        value={{ subject: { kind: "pasted" }, documents: [], ...requests }}
        loaded={loaded}
        surroundings={ALONE}
        onChange={(change) => onRequests({ ...requests, ...change })}
        onSave={save}
      />
    </SpaceBetween>
  );
}
