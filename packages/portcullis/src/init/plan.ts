import { serviceReferenceData } from "@portcullis/authorizer/reference-data";
import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { draftDefinition } from "./definition.ts";
import { type Addition, KINDS, type NewFile } from "./kinds.ts";
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
    files: [...files, ...readOnlyPolicy(definition)],
    edits,
    steps: [...install, "add .portcullis to .gitignore: it will hold the root key", ...steps],
  };
}

/**
 * Allows the actions all of whose routes only read. There is none where none does: a policy of this
 * name must not let anybody write.
 */
function readOnlyPolicy(definition: ServiceDefinition): readonly NewFile[] {
  const { Name: service, Actions } = serviceReferenceData(definition);
  const Action = Actions.flatMap(({ Name, AccessLevel }) =>
    AccessLevel === "List" || AccessLevel === "Read" ? [`${service}:${Name}`] : [],
  );
  if (Action.length === 0) return [];
  const Statement = [{ Sid: "ReadOnly", Effect: "Allow", Action, Resource: "*" }];
  const text = `${JSON.stringify({ Version: "2012-10-17", Statement }, undefined, 2)}\n`;
  return [{ path: "policies/read-only.json", text }];
}
