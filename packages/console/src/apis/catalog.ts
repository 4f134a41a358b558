import type { PortcullisClient } from "@portcullis/control-api/portcullis-client";
import { portcullis } from "../api/clients.ts";
import { portcullisCommand } from "../api/portcullis-command.ts";

/** The protected APIs of the installation, and what their services offer to policies. */
export type Catalog = Awaited<ReturnType<PortcullisClient["getServiceReference"]>>;
export type ProtectedApi = Catalog["Apis"][number];
export type ProtectedRoute = ProtectedApi["Routes"][number];

export const loadCatalog = (abortSignal?: AbortSignal): Promise<Catalog> =>
  portcullis(portcullisCommand("getServiceReference", {}), abortSignal && { abortSignal });

/** Several APIs may have one id: an HTTP and a REST API of the same service. */
export const isApi = (
  { ApiId, Stage }: ProtectedApi,
  apiId: string | undefined,
  stage: string | undefined,
): boolean => ApiId === apiId && Stage === stage;

const HOST_REGION = /\.execute-api\.([a-z0-9-]+)\./;

/**
 * A request of a route, as policies see it. Parameters become `example`: who may call the route for
 * one resource only may not do so for this one.
 */
export function questionOf(
  { Action, Resource }: ProtectedRoute,
  { Host }: ProtectedApi,
  account: string,
): { readonly action: string; readonly resource: string } {
  const [service = ""] = Action.split(":");
  const region = HOST_REGION.exec(Host ?? "")?.[1] ?? "us-east-1";
  const resource = Resource.replaceAll(/\{[^{}]*\}/g, "example");
  return { action: Action, resource: `arn:aws:${service}:${region}:${account}:${resource}` };
}
