const ABBREVIATION = "execute-api:/";

/**
 * An API's resource policy with its resources completed as API Gateway completes them: in it
 * `execute-api:/prod/GET/*` stands for that method of the API itself
 * (API Gateway DG/apigateway-resource-policies-examples).
 *
 * A document is left as it is where the abbreviation stands outside `Resource` and `NotResource`
 * too. It then reads as no ARN, which the parser refuses.
 * @param apiArn `arn:aws:execute-api:<region>:<account>:<api id>`
 */
export function completeApiPolicy(document: string, apiArn: string): string {
  const abbreviated = resourcesOf(document).filter((text) => text.startsWith(ABBREVIATION)).length;
  // The text is changed rather than printed anew, so that the parser still sees all its faults.
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
