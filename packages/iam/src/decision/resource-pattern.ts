/**
 * A resource with what varies as `*`, where no service definition says it: the kind of resource
 * remains. `arn:aws:iam::111122223333:user/ana` becomes `arn:aws:iam::111122223333:user/*`.
 */
export function resourcePatternOf(resource: string): string {
  const parts = resource.split(":");
  if (parts.length < 6) return resource;
  const [kind = "", ...rest] = parts.slice(5).join(":").split("/");
  return `${parts.slice(0, 5).join(":")}:${kind}${rest.length > 0 ? "/*" : ""}`;
}
