import type { IAMClient } from "@aws-sdk/client-iam";

/** The client, which sends one header more with each request; the SDK signs it. */
export function withHeader(client: IAMClient, name: string, value: string): IAMClient {
  client.middlewareStack.add(
    (next) => (given) => {
      const { request } = given as { request: { headers: Record<string, string> } };
      request.headers[name] = value;
      return next(given);
    },
    { step: "build", name: "extra-header" },
  );
  return client;
}
