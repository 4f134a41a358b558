import type { Services } from "@portcullis/analysis";
import { useEffect, useState } from "react";
import { serviceDefinitions } from "./service-definitions.ts";

/** Undefined while they load; null when there are none. */
export function useServiceDefinitions(): Services | null | undefined {
  const [services, setServices] = useState<Services | null>();
  useEffect(() => {
    let isGone = false;
    serviceDefinitions().then((found) => !isGone && setServices(found ?? null));
    return () => {
      isGone = true;
    };
  }, []);
  return services;
}
