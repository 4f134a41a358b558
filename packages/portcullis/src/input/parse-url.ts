/** The URL in a text. Undefined if it is none. `URL.parse` is not in Node 20. */
export const parseUrl = (text: string): URL | undefined =>
  URL.canParse(text) ? new URL(text) : undefined;
