/** A request as the gateway routed it. The function behind gets the same. */
export interface RoutedRequest {
  readonly method: string;
  /** `unambiguousPath` without the stage. Undefined where the path can be read in several ways. */
  readonly path: string | undefined;
  /** `GET /orders/{orderId}`, or `$default`, `$connect`. */
  readonly routeKey: string;
  /** Decoded. Undefined where one can be read in several ways. */
  readonly pathParameters: Readonly<Record<string, string | undefined>> | undefined;
  /** Every value of a query parameter. */
  readonly query: (name: string) => readonly string[];
  readonly header: (lowerCaseName: string) => readonly string[];
  readonly apiId: string;
  readonly stage: string;
  readonly region: string;
}
