const PATTERN = /^analysis\.(\d{1,9})$/;

/** Whether a page's token is of an analysis that was not complete. */
export const isAnalysisToken = (token: string): boolean => PATTERN.test(token);

/**
 * The token of a page without findings, since the analysis continues with the next page. It differs
 * from the token before: clients of AWS's end where a token comes twice.
 */
export function nextAnalysisToken(token: string | undefined): string {
  const [, count = "0"] = PATTERN.exec(token ?? "") ?? [];
  return `analysis.${Number(count) + 1}`;
}
