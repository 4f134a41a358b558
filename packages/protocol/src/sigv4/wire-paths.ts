import { encodePath, encodeStrictly } from "./canonical-request.ts";

/** With more free choices than this, only the common spellings are tried: 2^6 hashes at most. */
const MAX_FREE_CHOICES = 6;

/**
 * The paths that a client may have sent for a path that the gateway decoded, most likely first.
 * HTTP APIs hand over decoded paths, while signatures cover the path on the wire.
 *
 * A client escapes every character outside RFC 3986's path characters. Whether it escapes a
 * reserved one, such as `:` or `@`, is its choice and is reconstructed here: each occurrence by
 * itself if there are at most six, else each distinct character, else all reserved characters
 * (RFC 3986 strictly, `encodeURIComponent`, or as few escapes as possible).
 *
 * INVARIANT: each of them decodes to `decodedPath`, so no signature verifies for another path.
 */
export function wirePaths(decodedPath: string): readonly string[] {
  if (UNRESERVED_PATH.test(decodedPath)) return [decodedPath];
  const strict = encodePath(decodedPath);
  const escapes = strict.match(RESERVED_ESCAPE) ?? [];
  if (escapes.length === 0) return [strict];
  const paths = new Set([
    strict,
    strict.replace(COMPONENT_ESCAPE, decodeURIComponent),
    strict.replace(RESERVED_ESCAPE, decodeURIComponent),
  ]);
  const distinct = [...new Set(escapes)];
  if (escapes.length <= MAX_FREE_CHOICES) {
    for (const bare of subsets(escapes.length)) {
      let index = 0;
      paths.add(spelled(strict, () => bare(index++)));
    }
  } else if (distinct.length <= MAX_FREE_CHOICES) {
    for (const bare of subsets(distinct.length))
      paths.add(spelled(strict, (sequence) => bare(distinct.indexOf(sequence))));
  }
  return [...paths];
}

/** Whether a client may have sent `wireText` for a part of a path that decodes to `decoded`. */
export function isWireSpelling(wireText: string, decoded: string): boolean {
  return wireText.replace(RESERVED, encodeStrictly) === encodePath(decoded);
}

const UNRESERVED_PATH = /^[A-Za-z0-9\-._~/]*$/;
// RFC 3986, 3.3: sub-delims, `:` and `@` may stand in a path segment.
const RESERVED = /[!$&'()*+,;=:@]/g;
const RESERVED_ESCAPE = /%(?:2[146789ABC]|3[ABD]|40)/g;
// Those that `encodeURIComponent` leaves bare.
const COMPONENT_ESCAPE = /%2[1789A]/g;

const spelled = (strict: string, isBare: (sequence: string) => boolean): string =>
  strict.replace(RESERVED_ESCAPE, (sequence) =>
    isBare(sequence) ? decodeURIComponent(sequence) : sequence,
  );

/** Every subset of `size` elements, as a test of an element's index. */
function* subsets(size: number): Generator<(index: number) => boolean> {
  for (let mask = 0; mask < 2 ** size; mask++) yield (index) => ((mask >> index) & 1) === 1;
}
