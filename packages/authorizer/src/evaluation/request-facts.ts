import type { ApiRequest } from "../request/api-request.ts";
import type { RequestFacts } from "./condition-keys.ts";

/** What the gateway says of a request, for the global condition keys. */
export const requestFacts = (request: ApiRequest): Omit<RequestFacts, "now" | "organization"> => ({
  sourceIp: request.sourceIp,
  userAgent: request.userAgent,
  referer: request.header("referer")[0],
  secureTransport: request.secureTransport ?? true,
  region: request.region,
});
