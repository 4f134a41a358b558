/** A Lambda authorizer: an event in, an answer out. */
export type AuthorizerFunction<Event> = (event: Event) => Promise<unknown>;

/** How long API Gateway waits for an authorizer (APIGW/limits). */
const AUTHORIZER_MILLISECONDS = 10_000;

/** What an authorizer answered. `Unauthorized` thrown is a 401; anything else thrown, or no answer in time, a failure. */
export type Called =
  | { readonly kind: "answered"; readonly answer: unknown }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "failed" };

export async function callAuthorizer<Event>(
  authorizer: AuthorizerFunction<Event>,
  event: Event,
  milliseconds = AUTHORIZER_MILLISECONDS,
): Promise<Called> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error("the authorizer did not answer in time")),
      milliseconds,
    );
  });
  try {
    const answer = await Promise.race([authorizer(event), late]);
    // Answers come from Lambda as JSON.
    return {
      kind: "answered",
      answer: answer === undefined ? undefined : JSON.parse(JSON.stringify(answer)),
    };
  } catch (error) {
    if (error instanceof Error && error.message === "Unauthorized") return { kind: "unauthorized" };
    return { kind: "failed" };
  } finally {
    clearTimeout(timer);
  }
}
