// Tests characters and length separately: groups of four would need a stack as long as the text.
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The decoded bytes as characters U+0000 to U+00FF. Undefined if the text is not base64. */
export function decodeBase64(text: string): string | undefined {
  // atob alone would accept white space and missing padding.
  return text.length % 4 === 0 && BASE64.test(text) ? atob(text) : undefined;
}
