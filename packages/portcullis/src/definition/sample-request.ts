import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";

/** A request of the first route, whose parameters are 1: `GET` and `/orders/1`. */
export function sampleRequest({ routes }: Pick<ServiceDefinition, "routes">): {
  readonly method: string;
  readonly path: string;
} {
  const routeKey = Object.keys(routes).find((key) => key !== "$connect") ?? "GET /";
  const [method = "", path = ""] = routeKey.split(" ");
  return {
    method: method === "ANY" ? "GET" : method,
    path: path.replace(/\{[^}]*\}/g, "1"),
  };
}
