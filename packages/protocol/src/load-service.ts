import { loadSchemas } from "./schema/load-schemas.ts";
import type { Codec, Service } from "./schema/service.ts";
import { SERVICES, type ServiceName, type Wire } from "./schema/services.ts";

// Imported on demand, so that a function starts with its own protocol only.
const CODECS: Readonly<Record<Wire["protocol"], () => Promise<{ readonly codec: Codec }>>> = {
  query: () => import("./query/codec.ts"),
  json: () => import("./json/codec.ts"),
  "rest-json": () => import("./rest/codec.ts"),
};

const loaded = new Map<ServiceName, Promise<Service>>();

/**
 * Loads the operations and errors of a service, and its protocol. The first call imports the SDK
 * client.
 */
export function loadService(name: ServiceName): Promise<Service> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const service = load(name);
  loaded.set(name, service);
  return service;
}

async function load(name: ServiceName): Promise<Service> {
  const description = SERVICES[name];
  const [schemas, { codec }] = await Promise.all([
    loadSchemas(name, description),
    CODECS[description.wire.protocol](),
  ]);
  return { ...schemas, codec };
}
