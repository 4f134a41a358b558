import type { AccountFinding } from "@portcullis/analysis";

/** A path: each edge leads from the node of its place to the next one. */
export interface PathGraph {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
}

/** The path that a finding is about; undefined where it is about no path. */
export function graphOf({
  kind,
  resource,
  evidence,
  externalPrincipal,
}: AccountFinding): PathGraph | undefined {
  const own = IAM_ARN.exec(resource)?.[1];
  const named = (name: string) => shortName(name, own);
  const steps = evidence.filter((one) => one.type === "step");
  if (steps.length > 0)
    return {
      nodes: [named(resource), ...steps.map(({ to }) => named(to))],
      edges: steps.map(({ method }) => method),
    };
  if (kind !== "ExternalAccess" && kind !== "PublicAccess") return undefined;
  const from = externalPrincipal === "*" ? "Anyone" : (externalPrincipal ?? "Anyone");
  return { nodes: [named(from), named(resource)], edges: ["can assume"] };
}

const IAM_ARN = /^arn:aws:iam::(\d{12}):(.+)$/;

/** `user/ana` of an entity of the account itself, `user/ana @ 111122223333` of another's. */
function shortName(name: string, own: string | undefined): string {
  const [, account, rest = name] = IAM_ARN.exec(name) ?? [];
  return account === undefined || account === own ? rest : `${rest} @ ${account}`;
}
