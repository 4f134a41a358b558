import type { ContextValue, RequestContext } from "../model/request-context.ts";

/** A request context that records which keys are read. */
export interface RecordedContext {
  readonly context: RequestContext;
  readonly asked: ReadonlySet<string>;
  /** Those of them that have no value. */
  readonly missing: ReadonlySet<string>;
}

/** Wraps a context. A key whose read throws has no value. */
export function recordContext(context: RequestContext): RecordedContext {
  const asked = new Set<string>();
  const missing = new Set<string>();
  const get = (key: string) => {
    asked.add(key);
    const value = readValue(context, key);
    if (value === undefined) missing.add(key);
    return value;
  };
  return { context: { get }, asked, missing };
}

function readValue(context: RequestContext, key: string): ContextValue | undefined {
  try {
    return context.get(key);
  } catch {
    // `authorize` has denied because of it. For an explanation the key has no value.
    return undefined;
  }
}
