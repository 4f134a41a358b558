import type { WireResponse } from "@portcullis/protocol";
import type { SignedRequest } from "@portcullis/protocol/sigv4";

/** A request to the control API, whatever brought it. */
export interface ControlRequest {
  readonly signed: SignedRequest;
  readonly body: Uint8Array;
  /** The peer's address as the gateway saw it. */
  readonly sourceIp: string;
}

/** Never throws: every failure is an answer of the service. */
export type ControlApi = (request: ControlRequest) => Promise<WireResponse>;

/** The first value of a header. */
export const headerOf = ({ signed }: ControlRequest, lowerCaseName: string): string | undefined =>
  signed.headers.find(([name]) => name.toLowerCase() === lowerCaseName)?.[1];
