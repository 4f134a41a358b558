/** A principal in a trust policy. */
export interface NamedPrincipal {
  /** `AWS`, `Service` or `Federated`, as written. A bare `*` counts as `AWS`. */
  readonly kind: string;
  readonly value: string;
}

/** Every principal of a document that parses as a policy. */
export function principalsOf(document: string): readonly NamedPrincipal[] {
  const found: NamedPrincipal[] = [];
  mapPrincipals(document, (principal) => {
    found.push(principal);
    return principal.value;
  });
  return found;
}

/** The document with each principal replaced. Lists remain lists. */
export function mapPrincipals(
  document: string,
  change: (principal: NamedPrincipal) => string,
): string {
  const policy: unknown = JSON.parse(document);
  if (!isObject(policy)) return document;
  const changed = mapValues(policy, (name, value) =>
    name === "Statement" ? each(value, statement) : value,
  );
  return JSON.stringify(changed);

  function statement(value: unknown): unknown {
    if (!isObject(value)) return value;
    return mapValues(value, (name, part) => (name === "Principal" ? principal(part) : part));
  }

  function principal(value: unknown): unknown {
    if (!isObject(value)) return named("AWS")(value);
    return mapValues(value, (kind, values) => each(values, named(kind)));
  }

  function named(kind: string): (value: unknown) => unknown {
    return (value) => (typeof value === "string" ? change({ kind, value }) : value);
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const each = (value: unknown, change: (one: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map(change) : change(value);

const mapValues = (value: object, change: (name: string, part: unknown) => unknown): object =>
  Object.fromEntries(Object.entries(value).map(([name, part]) => [name, change(name, part)]));
