/**
 * A signed assertion as node-saml reads it with xml2js: an element has its text in `_`, attributes in `$`, and children by their local
 * name. Only these functions look into it, so a document of another shape is one without the element.
 */
export type SamlElement = Readonly<Record<string, unknown>>;

export const isElement = (value: unknown): value is SamlElement =>
  typeof value === "object" && value !== null;

/** Children of this local name, in the order of the document. */
export function children(element: SamlElement | undefined, name: string): readonly SamlElement[] {
  const found = element?.[name];
  return Array.isArray(found) ? found.filter(isElement) : [];
}

/** The one child of this name; undefined when there is none, or more than one. */
export function child(element: SamlElement | undefined, name: string): SamlElement | undefined {
  const found = children(element, name);
  return found.length === 1 ? found[0] : undefined;
}

export function text(element: SamlElement | undefined): string | undefined {
  const found = element?._;
  return typeof found === "string" ? found.trim() : undefined;
}

export function attribute(element: SamlElement | undefined, name: string): string | undefined {
  const attributes = element?.$;
  const found = isElement(attributes) ? attributes[name] : undefined;
  return typeof found === "string" ? found : undefined;
}
