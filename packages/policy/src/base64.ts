const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes that base64 text stands for, as a string of characters 0 to 255; undefined when it is no base64. */
export function decodeBase64(text: string): string | undefined {
  // atob alone would forgive white space and missing padding.
  return BASE64.test(text) ? atob(text) : undefined;
}
