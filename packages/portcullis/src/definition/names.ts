import { parseRoute, type Segment } from "@portcullis/authorizer/route";

/** `get-order by_id` is `GetOrderById`. */
export function pascalCase(text: string): string {
  return (text.match(/[A-Za-z0-9]+/g) ?? [])
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** `Order API` is `order-api`: a name that a service may have. */
export function serviceName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 63);
}

/** `orders` is `order`. English only, as far as endings show it. */
function singular(word: string): string {
  if (/[^aeiou]ies$/i.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:[sx]|ch|sh)es$/i.test(word)) return word.slice(0, -2);
  return /[^su]s$/i.test(word) && !/is$/i.test(word) ? word.slice(0, -1) : word;
}

const VERBS: Readonly<Record<string, string>> = {
  ANY: "Use",
  DELETE: "Delete",
  PATCH: "Update",
  POST: "Create",
  PUT: "Put",
};

/** An action for a route whose author named none: `GET /orders/{orderId}` is `GetOrder`. */
export function actionOfRoute(routeKey: string): string {
  const { method, segments } = parseRoute(routeKey);
  const lists = method === "GET" && segments.at(-1)?.kind === "literal";
  const verb = lists ? "List" : (VERBS[method] ?? pascalCase(method.toLowerCase()));
  const nouns = segments.map((segment, index) => {
    if (segment.kind !== "literal") return "";
    const isOne =
      segments[index + 1] !== undefined || method === "POST" || !/s$/i.test(segment.text);
    return pascalCase(isOne ? singular(segment.text) : segment.text);
  });
  return `${verb}${nouns.join("")}`;
}

/**
 * The name, with a number if it is taken. Names of actions differ without regard to case.
 * @param taken names in lower case, which the result joins
 */
export function uniqueName(made: string, taken: Set<string>): string {
  let name = made;
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${made}${count}`;
  taken.add(name.toLowerCase());
  return name;
}

/** The resource of a route: `/orders/{orderId}/items/{itemId}` is `order/{orderId}/item/{itemId}`. */
export function resourceOfRoute(routeKey: string): string {
  const { segments } = parseRoute(routeKey);
  const parts = segments.flatMap((segment, index) =>
    segment.kind === "literal" ? [] : [`${typeOf(segments[index - 1], segment)}/{${segment.name}}`],
  );
  return parts.length === 0 ? "*" : parts.join("/");
}

function typeOf(before: Segment | undefined, { name }: { readonly name: string }): string {
  const word = before?.kind === "literal" ? singular(before.text) : name.replace(/(?<=.)id$/i, "");
  // What a template or a pattern would read in another way.
  return word.replace(/[^\w.~-]+/g, "-") || "resource";
}
