// One class of characters, and the length apart: a pattern of groups of four would need a stack as long as the text.
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The bytes that base64 text stands for, as a string of characters 0 to 255; undefined when it is no base64. */
export function decodeBase64(text: string): string | undefined {
  // atob alone would forgive white space and missing padding.
  return text.length % 4 === 0 && BASE64.test(text) ? atob(text) : undefined;
}
