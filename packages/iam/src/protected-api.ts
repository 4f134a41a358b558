import type { ServiceReference } from "@portcullis/analysis";

/** The kind of an API Gateway API. A server that authorizes by a middleware counts as `HTTP`. */
export type ApiKind = "HTTP" | "REST" | "WEBSOCKET";

/** A protected API of the installation, as GetServiceReference answers it. */
export interface ProtectedApi {
  /** The API's id in policies and tokens. */
  readonly ApiId: string;
  readonly Kind: ApiKind;
  /** The gateway's stage, as ARNs of `execute-api` name it. */
  readonly Stage: string;
  /** The prefix of the service definition's actions. Absent: the API has no definition. */
  readonly ServicePrefix?: string | undefined;
  /** The name of the service for people. */
  readonly Title?: string | undefined;
  /** The host of the definition, such as `{tenant}.api.example.com`. */
  readonly Host?: string | undefined;
  readonly Routes: readonly ProtectedRoute[];
}

export interface ProtectedRoute {
  /** The gateway's route key, such as `GET /orders/{orderId}` or `$connect`. */
  readonly RouteKey: string;
  /** `ANY` stands for every method. Absent for `$connect`. */
  readonly Method?: string | undefined;
  /** Absent for `$connect`. */
  readonly Path?: string | undefined;
  readonly Action: string;
  /**
   * The resource part of the ARN, with parameters in braces: `order/{orderId}`, or for
   * `execute-api:Invoke` `orders/$default/GET/whoami`. `*`: the account as a whole.
   */
  readonly Resource: string;
  /** The parameter that names the resource's account. Absent: the caller's account. */
  readonly AccountFrom?: string | undefined;
  readonly Description?: string | undefined;
  readonly ContextKeys: readonly RouteContextKey[];
}

/** A condition key that a route takes from the request. */
export interface RouteContextKey {
  /** Such as `orders:Channel`. */
  readonly Name: string;
  /** As AWS's service reference names types: `String`, `Numeric`, `Bool`, ... */
  readonly Type: string;
  readonly From: "path" | "query" | "header" | "host";
  /** The name of the path parameter, query parameter, header or host label. */
  readonly Parameter: string;
}

/** What the installation protects. */
export interface ServiceCatalog {
  readonly Apis: readonly ProtectedApi[];
  /** By service, in the shape of AWS's service reference. */
  readonly Services: readonly ServiceReference[];
}
