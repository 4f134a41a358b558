import { join } from "node:path";
import { Application } from "typedoc";

const docs = join(import.meta.dirname, "..");

/** Writes docs/reference/api, the JavaScript API, from the declarations and their docstrings. */
export async function writeApiReference() {
  const app = await Application.bootstrapWithPlugins({ options: join(docs, "typedoc.json") });
  const project = await app.convert();
  if (project === undefined) throw new Error("the JavaScript API could not be read");
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error("the JavaScript API could not be written");
}
