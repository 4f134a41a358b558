/** A Lambda authorizer: from an event to an answer. */
export type AuthorizerFunction<Event> = (event: Event) => Promise<unknown>;

/** API Gateway's timeout of an authorizer (APIGW/limits). */
const AUTHORIZER_MILLISECONDS = 10_000;

/**
 * The outcome of an authorizer. Throwing `Unauthorized` is a 401; any other throw, or a timeout, is
 * a failure.
 */
export type Called =
  | { readonly kind: "answered"; readonly answer: unknown }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "failed" };

/** Calls an authorizer with a deadline, as API Gateway does. */
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
    // Lambda serializes answers as JSON.
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
