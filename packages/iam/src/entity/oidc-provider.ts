import { accountOfIamArn } from "../arn.ts";
import { ApiError, noSuchEntity, validationError } from "../error.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import { type OidcProviderRecord, oidcProviderKey, oidcUrlOfArn } from "../record/oidc-provider.ts";

type Scope = Pick<OperationContext, "account" | "unit">;
interface Named {
  readonly OpenIDConnectProviderArn?: string | undefined;
}

/** Returns the provider that the input names. @throws {ApiError} `NoSuchEntity` */
export async function findOidcProvider(scope: Scope, input: Named): Promise<OidcProviderRecord> {
  const provider = await lookUpOidcProvider(scope, input);
  if (provider === undefined) {
    throw noSuchEntity(
      `OpenIDConnect Provider not found for arn ${input.OpenIDConnectProviderArn}`,
    );
  }
  return provider;
}

/**
 * Returns the provider that the input names, if it is the account's.
 * @throws {ApiError} `ValidationError` if it is not an ARN
 */
export async function lookUpOidcProvider(
  { account, unit }: Scope,
  { OpenIDConnectProviderArn: arn = "" }: Named,
): Promise<OidcProviderRecord | undefined> {
  if (!arn.startsWith("arn:")) throw validationError("Invalid ARN:  Could not be parsed!");
  const url = oidcUrlOfArn(account, arn);
  return url === undefined ? undefined : unit.get(oidcProviderKey(account, url));
}

/** Writes the provider's record. */
export const saveOidcProvider = ({ account, unit }: Scope, provider: OidcProviderRecord): void =>
  unit.put(oidcProviderKey(account, provider.url), provider);

/** Returns a provider as the target of an operation. Its owner is the account in its ARN. */
export async function oidcProviderTarget(context: OperationContext, input: Named): Promise<Target> {
  const provider = await lookUpOidcProvider(context, input);
  const arn = input.OpenIDConnectProviderArn ?? "";
  const owner = accountOfIamArn(arn);
  return {
    arn,
    ...(owner ? { account: owner } : {}),
    ...(provider ? { tags: provider.tags } : {}),
  };
}

/**
 * Returns host and path of a provider's URL, as in its ARN, its records and its condition keys. A
 * slash at the end stays: tokens contain it in `iss`, and AWS keeps it.
 * @throws {ApiError} `ValidationError` unless it is an https URL with nothing but host and path
 */
export function checkProviderUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain =
    url?.protocol === "https:" && url.username === "" && url.password === "" && !/[?#]/.test(text);
  if (url === undefined || !plain || !/^[\x21-\x7e]+$/.test(text)) {
    throw validationError("Invalid Open ID Connect Provider URL");
  }
  // `new URL` adds a slash to a bare host.
  const path = url.pathname === "/" && !text.endsWith("/") ? "" : url.pathname;
  return `${url.host}${path}`;
}

/** IAM UG/reference_iam-quotas. */
const LIMIT_OF_CLIENT_IDS = 100;
const LIMIT_OF_THUMBPRINTS = 5;

/** Returns the distinct client ids. @throws {ApiError} `LimitExceeded` */
export function checkClientIds(ids: readonly string[]): readonly string[] {
  const distinct = [...new Set(ids)];
  if (distinct.length > LIMIT_OF_CLIENT_IDS) {
    throw new ApiError(
      "LimitExceeded",
      `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${LIMIT_OF_CLIENT_IDS}`,
    );
  }
  return distinct;
}

/** Returns the thumbprints if they are valid. @throws {ApiError} `InvalidInput` */
export function checkThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.length > LIMIT_OF_THUMBPRINTS) {
    throw new ApiError(
      "InvalidInput",
      `Thumbprint list must contain at most ${LIMIT_OF_THUMBPRINTS} entries.`,
    );
  }
  const invalid = thumbprints.find((thumbprint) => !/^[0-9a-f]{40}$/i.test(thumbprint));
  if (invalid !== undefined)
    throw new ApiError("InvalidInput", `Thumbprint \`${invalid}\` is not 40 hexadecimal digits.`);
  return thumbprints;
}
