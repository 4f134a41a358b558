const ABBREVIATION = "execute-api:/";

/**
 * Completes the resources of an API's resource policy as API Gateway does:
 * `execute-api:/prod/GET/*` becomes the ARN of that method of the API (API Gateway
 * DG/apigateway-resource-policies-examples).
 *
 * Returns the document unchanged if the abbreviation also occurs outside `Resource` and
 * `NotResource`. The parser then refuses it, since it is not an ARN.
 * @param apiArn `arn:aws:execute-api:<region>:<account>:<api id>`
 */
export function completeApiPolicy(document: string, apiArn: string): string {
  const abbreviated = resourcesOf(document).filter((text) => text.startsWith(ABBREVIATION)).length;
  // Edits the text instead of serializing the parsed document, so that the parser sees every fault.
  const pieces = document.split(`"${ABBREVIATION}`);
  return pieces.length - 1 === abbreviated ? pieces.join(`"${apiArn}/`) : document;
}

function resourcesOf(document: string): readonly string[] {
  const { Statement: statements } = objectOf(document);
  return listOf(statements).flatMap((statement) => {
    if (typeof statement !== "object" || statement === null) return [];
    const { Resource, NotResource } = statement as Readonly<Record<string, unknown>>;
    return [...listOf(Resource), ...listOf(NotResource)].filter((text) => typeof text === "string");
  });
}

function objectOf(document: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(document);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

const listOf = (value: unknown): readonly unknown[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};
