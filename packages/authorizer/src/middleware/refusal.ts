import type { Answer } from "../decision/answer.ts";

/** An answer in a form that all gateways accept. */
export interface Refusal {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

/** The response to a request that was not allowed. */
export async function refusal(answer: Exclude<Answer, { kind: "allowed" }>): Promise<Refusal> {
  if (answer.kind === "unauthenticated") return refuse(401, { message: "Unauthorized" });
  if (answer.kind === "failed") return refuse(500, { message: "Internal Server Error" });
  const encodedAuthorizationMessage = await answer.encodedMessage();
  return refuse(403, { message: answer.message, encodedAuthorizationMessage });
}

/** A response with a JSON body. */
export const refuse = (statusCode: number, body: object): Refusal => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
  isBase64Encoded: false,
});
