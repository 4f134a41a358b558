let origin: string | undefined;

/** The control API's base URL, without a slash at its end. */
export function controlApi(): string {
  origin ??= configured() || location.origin;
  return origin;
}

function configured(): string {
  const content = document.querySelector<HTMLMetaElement>('meta[name="control-api"]')?.content;
  return (content ?? "").replace(/\/+$/, "");
}
