import { sentenceOf } from "@portcullis/testing/input-fault";
import { CommandFault } from "../command-fault.ts";

const MILLISECONDS = 30_000;

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Posts JSON. @throws {CommandFault} if there is no answer, or none in JSON */
export async function postJson(
  url: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  const { origin } = new URL(url);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      // A password or a token goes to where it was meant for, and nowhere else.
      redirect: "error",
      signal: AbortSignal.timeout(MILLISECONDS),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new CommandFault(`${origin} is no control API: it does not answer in JSON.`);
    throw new CommandFault(`${origin} can't be reached: ${reasonOf(error)}.`);
  }
}

/** `fetch` tells the reason in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  if (code === "ECONNREFUSED") return "nothing listens there";
  if (error instanceof Error && error.name === "TimeoutError") return "it does not answer";
  return code ?? sentenceOf(cause ?? error);
}
