import type { Input, WireError, WireRequest, WireResponse } from "../message/wire.ts";
import type { Constraints } from "./constraints.ts";
import type { ServiceName, Wire } from "./services.ts";
import type { Structure } from "./shape.ts";

/** A service as the protocols need it: its operations and errors, and how they travel. */
export interface Service {
  readonly name: ServiceName;
  /** The API version, which clients send as `Version` (query). */
  readonly version: string;
  readonly wire: Wire;
  /** The implementation of its protocol. */
  readonly codec: Codec;
  readonly operations: ReadonlyMap<string, Operation>;
  /** By the code on the wire, such as `NoSuchEntity`. */
  readonly errors: ReadonlyMap<string, ErrorShape>;
  readonly constraints: Constraints;
}

/** The implementation of a protocol on the server side. */
export interface Codec {
  /** @throws {Malformed} */
  readonly read: (
    service: Service,
    request: WireRequest,
  ) => { readonly operation: Operation; readonly input: Input };
  readonly writeResponse: (
    service: Service,
    operation: Operation,
    output: object,
    context: ResponseContext,
  ) => WireResponse;
  readonly writeError: (
    service: Service,
    error: WireError,
    context: ResponseContext,
  ) => WireResponse;
  /** The paths that a client may have signed. Absent: only the path as received. */
  readonly clientPaths?: (service: Service, method: string, path: string) => readonly string[];
}

export interface ResponseContext {
  readonly requestId: string;
  /** The request's `Accept` header. */
  readonly accept: string | undefined;
}

export interface Operation {
  readonly name: string;
  /** Undefined if the operation takes no input. */
  readonly input: Structure | undefined;
  /** Undefined if the operation has no output. */
  readonly output: Structure | undefined;
  /** Whether a request with unknown members at the top is served. See `services.ts`. */
  readonly ignoresUnknown: boolean;
  /** Present in REST protocols. */
  readonly http?: HttpOperation;
}

export interface HttpOperation {
  readonly method: string;
  /** The URI template, such as `/analyzer/{analyzerName}`. */
  readonly uri: string;
  /** The status of a successful response. */
  readonly status: number;
}

export interface ErrorShape {
  readonly code: string;
  readonly status: number;
  readonly structure: Structure;
}
