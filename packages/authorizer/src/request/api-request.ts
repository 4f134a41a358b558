import type { SignedRequest } from "@portcullis/protocol/sigv4";
import type { RoutedRequest } from "./routed-request.ts";

/** A request to a protected API, from whichever event brought it. */
export interface ApiRequest extends RoutedRequest {
  readonly signed: SignedRequest;
  /**
   * The forms that the path may have had on the wire, where the gateway passes it on decoded.
   * Absent: `signed` has the one form.
   */
  readonly spellings?: readonly string[];
  /** The body, inside a function. A gateway's authorizer never gets it. */
  readonly body?: Uint8Array;
  /** The peer's address as the gateway saw it, never from a header that a client can set. */
  readonly sourceIp?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Whether it came over TLS. API Gateway and function URLs accept nothing else. @default true */
  readonly secureTransport?: boolean;
  readonly requestId?: string | undefined;
  /** Why the gateway cannot express an allow of this request. It is then denied. */
  readonly unanswerable?: string | undefined;
}

/** What an event does not tell of its API. */
export interface ApiOptions {
  readonly region: string;
  /** The API's name in ARNs and audiences. Absent: the gateway's own id. */
  readonly apiId?: string | undefined;
}

export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** Looks headers up by lower-case name. A repeated header has several values. */
export function headerReader(lines: HeaderLines): (lowerCaseName: string) => readonly string[] {
  return (wanted) =>
    lines.flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));
}

/** Every value of a query parameter, decoded. */
export function queryValues(rawQuery: string, name: string): readonly string[] {
  return rawQuery === "" ? [] : new URLSearchParams(rawQuery).getAll(name);
}
