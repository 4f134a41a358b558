import type { ServiceReference } from "@portcullis/analysis";
import { describeFailure } from "../api/errors.ts";
import { loadCatalog } from "../apis/catalog.ts";

/** What an installation tells of its protected APIs. */
export interface KnownServices {
  /** The actions, resources and keys of their services. Undefined: they are not known. */
  readonly services: readonly ServiceReference[] | undefined;
  /** Why they are not known: a sentence. */
  readonly leftOut: readonly string[];
}

/** The services of the protected APIs, without failing where they may not be read. */
export async function serviceReferences(abortSignal: AbortSignal): Promise<KnownServices> {
  try {
    const { Services } = await loadCatalog(abortSignal);
    return { services: Services, leftOut: [] };
  } catch (error) {
    if (abortSignal.aborted) throw error;
    const { message } = describeFailure(error);
    return { services: undefined, leftOut: [`The actions of the APIs are not known: ${message}`] };
  }
}
