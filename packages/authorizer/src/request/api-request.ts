import type { SignedRequest } from "@portcullis/protocol/sigv4";
import type { RoutedRequest } from "./routed-request.ts";

/** A request to a protected API, as a gateway puts it before its authorizer. */
export interface ApiRequest extends RoutedRequest {
  readonly signed: SignedRequest;
  /** How the path may have stood on the wire, where the gateway tells it decoded only. `signed` has it when absent. */
  readonly spellings?: readonly string[];
  /** The body, where it is at hand: a gateway's authorizer is never given it. */
  readonly body?: Uint8Array;
  /** The peer's address as the gateway saw it; never from a header that a client can set. */
  readonly sourceIp?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Whether it came over TLS, which is all that API Gateway and function URLs take. @default true */
  readonly secureTransport?: boolean;
  readonly requestId?: string | undefined;
  /** Why its gateway could not be told of an allow. It is then denied. */
  readonly unanswerable?: string | undefined;
}

/** What an event does not say of the API it is for. */
export interface ApiPlace {
  readonly region: string;
  /** What the API is called in ARNs and audiences, where that is not the gateway's own id for it. */
  readonly apiId?: string | undefined;
}

export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** Looks headers up by lower-case name; every line of a repeated one. */
export function headerReader(lines: HeaderLines): (lowerCaseName: string) => readonly string[] {
  return (wanted) =>
    lines.flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));
}

/** Every value of a query parameter, decoded. */
export function queryValues(rawQuery: string, name: string): readonly string[] {
  return rawQuery === "" ? [] : new URLSearchParams(rawQuery).getAll(name);
}
