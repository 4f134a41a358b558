/** A request that the protocol can't decode. Thrown while decoding and caught in `codec.ts`. */
export class Malformed extends Error {
  override readonly name = "Malformed";
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
