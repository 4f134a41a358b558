/**
 * A statement of a canned policy, in the policy language's own words.
 * INVARIANT: canned policies that a principal can have attached only allow. So a function of
 * another release, or of another API, that does not know one may leave it out: that takes
 * permissions away and never gives any.
 */
export interface CannedStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** The source of a policy that the installation offers to every account. */
export interface CannedSource {
  readonly name: string;
  /** `/` when absent. */
  readonly path?: string;
  readonly description: string;
  readonly statements: readonly CannedStatement[];
  /** The action prefix of the protected API that it was made for. */
  readonly service?: string;
  /** False: the policy can't be attached, nor used as a boundary. */
  readonly attachable?: boolean;
}

/** A statement that allows actions on all resources. */
export const allow = (...actions: readonly string[]): CannedStatement => ({
  Effect: "Allow",
  Action: actions.length === 1 ? (actions[0] ?? []) : actions,
  Resource: "*",
});

/** Patterns of a service's read-only actions, by AWS's naming. */
export const reading = (service: string): readonly string[] =>
  ["BatchGet*", "Describe*", "Get*", "List*", "Query", "Scan", "Search*"].map(
    (name) => `${service}:${name}`,
  );

/** A policy that the installation offers to every account: read-only, with one version, `v1`. */
export interface CannedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  /** `ANPA...`, the same in every installation. */
  readonly id: string;
  readonly description: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly document: string;
  /** The action prefix of the protected API that it was made for. */
  readonly service?: string;
  readonly attachable: boolean;
}

/** The account part of a canned policy's ARN. */
const OWNER = "aws";

/** The date of the catalogue, since canned policies don't change. */
const CREATED_AT = "2015-02-06T18:39:46Z";

/** The ARN of a canned policy. */
export const cannedArn = ({ name, path = "/" }: Pick<CannedSource, "name" | "path">): string =>
  `arn:aws:iam::${OWNER}:policy${path}${name}`;

/** Makes a canned policy from its source. */
export function cannedPolicyOf(source: CannedSource): CannedPolicy {
  const { name, path = "/", description, statements, service, attachable = true } = source;
  const arn = cannedArn(source);
  const document = JSON.stringify({ Version: "2012-10-17", Statement: statements }, null, 4);
  const described = { arn, name, path, id: idOf(arn), description, createdAt: CREATED_AT };
  const policy = { ...described, document, attachable };
  return service === undefined ? policy : { ...policy, service };
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// FNV-1a over the ARN, once for each letter. The id is stable without being stored.
function idOf(arn: string): string {
  let id = "ANPA";
  for (let position = 0; position < 17; position++) {
    let hash = 0x811c9dc5 ^ position;
    for (let index = 0; index < arn.length; index++)
      hash = Math.imul(hash ^ arn.charCodeAt(index), 0x01000193);
    id += ALPHABET[(hash >>> 11) & 31];
  }
  return id;
}
