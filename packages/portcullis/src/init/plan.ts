import { accessLevel } from "@portcullis/authorizer/reference-data";
import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { draftDefinition } from "./definition.ts";
import { type Addition, KINDS } from "./kinds.ts";
import type { Project } from "./project.ts";

/** What `portcullis init` adds to a project. */
export interface Plan extends Addition {
  readonly kind: Project["kind"];
  readonly service: string;
}

export function planFor(project: Project): Plan {
  const { definition, notes } = draftDefinition(project);
  const { files, edits, steps } = KINDS[project.kind](project, definition, notes);
  const install = project.dependencies.has("portcullis") ? [] : ["npm install portcullis"];
  return {
    kind: project.kind,
    service: definition.service,
    files: [...files, { path: "policies/read-only.json", text: readOnlyPolicy(definition) }],
    edits,
    steps: [...install, "add .portcullis to .gitignore: it will hold the root key", ...steps],
  };
}

/** Allows the actions that only read; all of them if none does. */
function readOnlyPolicy({ routes }: ServiceDefinition): string {
  const entries = Object.entries(routes);
  const reads = entries.filter((entry) => ["List", "Read"].includes(accessLevel([entry])));
  const allowed = (reads.length === 0 ? entries : reads).map(([, { action }]) => action);
  return `${JSON.stringify(
    {
      Version: "2012-10-17",
      Statement: [
        { Sid: "ReadOnly", Effect: "Allow", Action: [...new Set(allowed)], Resource: "*" },
      ],
    },
    undefined,
    2,
  )}\n`;
}
