import { indexServices, type ServiceReference, type Services } from "@portcullis/analysis";
import { controlApi } from "../api/control-api.ts";

/** Services whose actions no reference lists, so that they are not taken for misspelt. */
const ALSO_KNOWN = ["execute-api", "iam", "organizations", "sts"].map((Name) => ({ Name }));

let loading: Promise<Services | undefined> | undefined;

/**
 * The actions, resources and keys of the installation's protected APIs. Undefined where the control
 * API serves no definitions: then names of actions are not checked.
 */
export function serviceDefinitions(): Promise<Services | undefined> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Services | undefined> {
  try {
    const response = await fetch(`${controlApi()}/service-reference.json`);
    if (!response.ok) return undefined;
    const references: unknown = await response.json();
    if (!Array.isArray(references) || !references.every(isReference)) return undefined;
    return indexServices([...references, ...ALSO_KNOWN]);
  } catch (error) {
    // No connection, or an answer that is not JSON: the editor works without.
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isReference = (item: unknown): item is ServiceReference =>
  typeof item === "object" && item !== null && typeof (item as ServiceReference).Name === "string";
