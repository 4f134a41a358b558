import { useQuery } from "../ui/use-query.ts";
import { type KnownServices, serviceReferences } from "./service-references.ts";

const NONE: KnownServices = { services: undefined, leftOut: [] };

/** The services of the protected APIs; none until they are there, and where there are none. */
export function useServiceReferences(): KnownServices {
  return useQuery(serviceReferences, []).data ?? NONE;
}
