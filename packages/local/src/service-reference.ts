import type { HttpHandler, Installation } from "@portcullis/functions";

/** Where the definitions of the protected APIs are, in the shape of AWS's service reference. */
export const SERVICE_REFERENCE_PATH = "/service-reference.json";

/**
 * Serves the references of all definitions as one JSON array. It needs no credentials, as AWS's
 * service reference: a definition names actions and resource types, and nothing of any account.
 */
export function serviceReferenceHandler(installation: () => Installation): HttpHandler {
  return async ({ requestContext }) => {
    const { method } = requestContext.http;
    if (method !== "GET" && method !== "HEAD") return { statusCode: 405, headers: ALLOW };
    const body = JSON.stringify(installation().settings.catalog?.().Services ?? []);
    return { statusCode: 200, headers: HEADERS, body: method === "HEAD" ? "" : body };
  };
}

const HEADERS = { "content-type": "application/json", "cache-control": "no-cache" };
const ALLOW = { allow: "GET, HEAD" };
