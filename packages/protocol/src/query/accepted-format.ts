/**
 * The format of a query response: JSON if `Accept` names `application/json` before any XML type,
 * else XML. AWS's STS does so; aws-iam-authenticator and Vault read its JSON.
 */
export function acceptedFormat(accept: string | undefined): "json" | "xml" {
  for (const range of (accept ?? "").split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    if (parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) continue;
    if (type === "application/json") return "json";
    if (type === "text/xml" || type === "application/xml") return "xml";
  }
  return "xml";
}
