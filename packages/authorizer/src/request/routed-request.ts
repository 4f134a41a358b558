/** A request as the gateway routed it; the function behind is given the same. */
export interface RoutedRequest {
  readonly method: string;
  /** `judgedPath` after the stage; undefined where the path can be read in several ways. */
  readonly path: string | undefined;
  /** `GET /orders/{orderId}`, or `$default`, `$connect`. */
  readonly routeKey: string;
  /** Decoded; undefined where one can be read in several ways. */
  readonly pathParameters: Readonly<Record<string, string | undefined>> | undefined;
  /** Every value of that name. */
  readonly query: (name: string) => readonly string[];
  readonly header: (lowerCaseName: string) => readonly string[];
  readonly apiId: string;
  readonly stage: string;
  readonly region: string;
}
