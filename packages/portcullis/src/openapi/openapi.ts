import type { Command } from "commander";
import { addCheckDefinition } from "./check.ts";
import { addGenerateDefinition } from "./generate.ts";

/** Adds `portcullis openapi`. */
export function addOpenApi(root: Command): void {
  const openapi = root
    .command("openapi")
    .description("service definitions from OpenAPI documents, and whether they agree");
  for (const add of [addGenerateDefinition, addCheckDefinition]) add(openapi);
}
