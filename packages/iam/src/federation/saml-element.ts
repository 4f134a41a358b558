/**
 * An element of a signed assertion, as node-saml parses it with xml2js: text in `_`, attributes in
 * `$`, children by local name. Only this module reads it. An element of another shape counts as
 * absent.
 */
export type SamlElement = Readonly<Record<string, unknown>>;

/** Whether a value is an element. */
export const isElement = (value: unknown): value is SamlElement =>
  typeof value === "object" && value !== null;

/** The children with this local name, in document order. */
export function children(element: SamlElement | undefined, name: string): readonly SamlElement[] {
  const found = element?.[name];
  return Array.isArray(found) ? found.filter(isElement) : [];
}

/** The only child with this name. Undefined if there is none, or more than one. */
export function child(element: SamlElement | undefined, name: string): SamlElement | undefined {
  const found = children(element, name);
  return found.length === 1 ? found[0] : undefined;
}

/** The trimmed text of an element. */
export function text(element: SamlElement | undefined): string | undefined {
  const found = element?._;
  return typeof found === "string" ? found.trim() : undefined;
}

/** An attribute of an element. */
export function attribute(element: SamlElement | undefined, name: string): string | undefined {
  const attributes = element?.$;
  const found = isElement(attributes) ? attributes[name] : undefined;
  return typeof found === "string" ? found : undefined;
}
