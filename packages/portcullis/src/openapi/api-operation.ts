/** One operation of an OpenAPI document, as far as authorization needs it. */
export interface ApiOperation {
  /** `GET /v1/orders/{orderId}`, with the path of the document's server. */
  readonly routeKey: string;
  /** The same without the server's path: `GET /orders/{orderId}`. */
  readonly ownRouteKey: string;
  readonly operationId: string | undefined;
  readonly summary: string | undefined;
  readonly tags: readonly string[];
  /** The document says that anybody may call it. */
  readonly isPublic: boolean;
  /** `x-portcullis-action` and the others. */
  readonly extensions: ReadonlyMap<string, string>;
  readonly line: () => number;
}
