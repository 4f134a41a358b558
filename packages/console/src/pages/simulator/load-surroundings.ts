import { GetRoleCommand } from "@aws-sdk/client-iam";
import { iam } from "../../api/clients.ts";
import { rolePath, serviceControlPolicyPath } from "../../app/paths.ts";
import { decodeDocument } from "../../documents/document.ts";
import { documentOf, limitsOf } from "../../organization/levels.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { type CaseDocument, type CasePolicy, casePolicy } from "./case-policies.ts";

/** What the organization's service control policies do to an account, as far as it may know. */
export type Guardrails =
  | { readonly kind: "none" }
  | {
      readonly kind: "levels";
      readonly documents: readonly CaseDocument[];
      readonly names: readonly string[];
    }
  /** They limit the account, and only the management account may read them. */
  | { readonly kind: "unread" };

/**
 * Reads the service control policies of an account, the organization's root first. The management
 * account and delegated administrators may; a management account is not limited itself.
 */
export async function loadGuardrails(account: string): Promise<Guardrails> {
  try {
    const levels = await limitsOf(account);
    if (levels.length === 0) return { kind: "none" };
    const texts = new Map<string, Promise<string>>();
    const documents = await Promise.all(
      levels.flatMap(({ policies }, level) =>
        policies.map(async ({ Id = "", Name = Id }): Promise<CaseDocument> => {
          const text = texts.get(Id) ?? documentOf(Id);
          texts.set(Id, text);
          const page = serviceControlPolicyPath(Id);
          return { part: "serviceControl", name: Name, text: await text, level, page };
        }),
      ),
    );
    return { kind: "levels", documents, names: levels.map(({ node }) => node.name) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: "unread" };
  }
}

const ROLE = /^arn:[^:]*:iam::(\d{12}):role\//;

/** What decides beside the principal's own policies. */
export interface Surroundings {
  readonly trust: ReadonlyMap<string, CasePolicy>;
  readonly guardrails: Guardrails;
}

/** The trust policies of an account's own roles among resources, as far as they may be read. */
export async function loadTrust(
  resources: readonly string[],
  account: string,
): Promise<ReadonlyMap<string, CasePolicy>> {
  const own = resources.filter((resource) => ROLE.exec(resource)?.[1] === account);
  const found = await Promise.all(
    own.map(async (arn): Promise<readonly (readonly [string, CasePolicy])[]> => {
      const RoleName = nameOf(arn);
      try {
        const { Role } = await iam(new GetRoleCommand({ RoleName }));
        if (Role?.Arn !== arn) return [];
        const policy = casePolicy(
          {
            part: "trust",
            name: `Trust policy of ${RoleName}`,
            text: decodeDocument(Role.AssumeRolePolicyDocument),
            page: `${rolePath(RoleName)}?tab=trust`,
          },
          `trust ${arn}`,
        );
        return policy === undefined ? [] : [[arn, policy]];
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // The request's decision says that the trust policy is not known.
        return [];
      }
    }),
  );
  return new Map(found.flat());
}
