import { indexServices, type ServiceReference, type Services } from "@portcullis/analysis";
import { controlApi } from "../api/control-api.ts";
import { loadCatalog } from "../apis/catalog.ts";

/** Services whose actions no reference lists, so that they are not taken for misspelt. */
const ALSO_KNOWN = ["execute-api", "iam", "organizations", "sts"].map((Name) => ({ Name }));

let loading: Promise<Services | undefined> | undefined;

/**
 * The actions, resources and keys of the installation's protected APIs. Undefined where they may
 * not be read: then names of actions are not checked.
 */
export function serviceDefinitions(): Promise<Services | undefined> {
  loading ??= load();
  return loading;
}

/** The console's own permission may be missing; a local control API tells everybody. */
async function load(): Promise<Services | undefined> {
  const references = (await ofOperation()) ?? (await ofFile());
  return references && indexServices([...references, ...ALSO_KNOWN]);
}

async function ofOperation(): Promise<readonly ServiceReference[] | undefined> {
  try {
    return (await loadCatalog()).Services;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

async function ofFile(): Promise<readonly ServiceReference[] | undefined> {
  try {
    const response = await fetch(`${controlApi()}/service-reference.json`);
    if (!response.ok) return undefined;
    const references: unknown = await response.json();
    return Array.isArray(references) && references.every(isReference) ? references : undefined;
  } catch (error) {
    // No connection, or an answer that is not JSON: the editor works without.
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isReference = (item: unknown): item is ServiceReference =>
  typeof item === "object" && item !== null && typeof (item as ServiceReference).Name === "string";
