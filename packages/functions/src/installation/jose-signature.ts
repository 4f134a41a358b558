/**
 * KMS writes ECDSA signatures in DER, JWS r and s in a row, each of the curve's length (RFC 7518,
 * 3.4).
 */
export function joseSignature(der: Uint8Array, integerBytes: number): Uint8Array {
  const bytes = Buffer.from(der);
  // SEQUENCE { INTEGER r, INTEGER s }; these curves' signatures are shorter than 128 bytes, so
  // lengths are single bytes.
  const [r, behind] = integerAt(bytes, 2);
  const [s] = integerAt(bytes, behind);
  return Buffer.concat([r, s].map((integer) => fixedLength(integer, integerBytes)));
}

function integerAt(bytes: Buffer, at: number): readonly [integer: Buffer, behind: number] {
  const length = bytes[at + 1];
  if (
    bytes[0] !== 0x30 ||
    bytes[at] !== 0x02 ||
    length === undefined ||
    at + 2 + length > bytes.length
  ) {
    throw new Error("KMS answered a signature that is no DER");
  }
  return [bytes.subarray(at + 2, at + 2 + length), at + 2 + length];
}

function fixedLength(integer: Buffer, length: number): Buffer {
  // DER puts a zero before what would read as negative, and leaves others out.
  const digits = integer.subarray(Math.max(0, integer.length - length));
  return Buffer.concat([Buffer.alloc(length - digits.length), digits]);
}
