import { IAMServiceException } from "@aws-sdk/client-iam";

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly status: number | undefined;
}

/**
 * What the service answered in place of a result. Fails when it gave one, or when something else
 * went wrong.
 */
export async function refusal(sent: Promise<unknown>): Promise<Refusal> {
  try {
    await sent;
  } catch (error) {
    if (!(error instanceof IAMServiceException)) throw error;
    // The SDK's class names end in `Exception`; the code on the wire does not.
    const code = error.name.replace(/Exception$/, "");
    return { code, message: error.message, status: error.$metadata.httpStatusCode };
  }
  throw new Error("the request was expected to be refused, and was answered");
}

/** A policy with one statement. */
export const policy = (
  effect: "Allow" | "Deny",
  action: string | readonly string[],
  resource = "*",
): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: effect, Action: action, Resource: resource }],
  });
