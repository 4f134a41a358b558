import { lintPolicy } from "@portcullis/analysis";
import type { PolicyKind } from "@portcullis/policy";
import { serviceDefinitions } from "../../../editor/service-definitions.ts";
import { applyEdits } from "../../../editor/text/json-edit.ts";

/**
 * The text with the first fix of the remark that a finding comes from. Undefined: the document has
 * no such remark any more, or there is no fix for it.
 */
export async function fixedText(
  text: string,
  kind: PolicyKind,
  details: string,
): Promise<string | undefined> {
  const { findings } = lintPolicy(text, { kind, services: await serviceDefinitions() });
  const found = findings.find(({ findingDetails }) => findingDetails === details);
  const fix = found?.fixes[0];
  return fix && applyEdits(text, fix.edits);
}
