import { createHash } from "node:crypto";
import type * as sdk from "@aws-sdk/client-sts";
import { accountOfIamArn, iamArn } from "../../arn.ts";
import { ApiError } from "../../error.ts";
import { assertionOf, federatedCaller } from "../../federation/federated-caller.ts";
import {
  federationKeys,
  federationRequirements,
  startFederatedSession,
} from "../../federation/federated-session.ts";
import { checkAssertion } from "../../federation/saml-assertion.ts";
import type { ProviderAssertion } from "../../model/caller.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import {
  type SamlProviderRecord,
  samlNameOfArn,
  samlPrivateKeySeal,
  samlProviderArn,
  samlProviderKey,
} from "../../record/saml-provider.ts";
import { usedAssertionKey } from "../../record/used-assertion.ts";
import { roleOfArn, trustTarget } from "../../trust/role-trust.ts";
import { checkArnForm } from "./assume-role.ts";

const REFUSAL = "Not authorized to perform sts:AssumeRoleWithSAML";

export const samlOperations = {
  AssumeRoleWithSAML: operation<
    sdk.AssumeRoleWithSAMLCommandInput,
    sdk.AssumeRoleWithSAMLCommandOutput
  >({
    action: "sts:AssumeRoleWithSAML",
    access: "unsigned",
    refusal: REFUSAL,
    async prove(
      context,
      { RoleArn: roleArn = "", PrincipalArn: providerArn = "", SAMLAssertion: encoded = "" },
    ) {
      checkArnForm(roleArn);
      checkArnForm(providerArn);
      const provider = await findProvider(context, providerArn);
      checkMetadataValidity(provider, context.now);
      const arn = samlProviderArn(provider);
      const { certificates, issuer, account, name } = provider;
      // Imported on demand: it is by far the largest part of STS's bundle.
      const { signedAssertion } = await import("../../federation/saml-signature.ts");
      const element = await signedAssertion(encoded, {
        certificates,
        privateKeys: openPrivateKeys(context, provider),
        encryptionRequired: provider.encryption === "Required",
      });
      const { now, settings } = context;
      const assertion = checkAssertion(
        element,
        { arn, account, name, issuer },
        { now, audience: settings.samlAudience },
      );
      // The assertion lists the roles that its subject may assume. The role's trust policy decides
      // whether it trusts the provider.
      const isOffered = assertion.saml?.roles.some(
        (pair) => pair.roleArn === roleArn && pair.providerArn === arn,
      );
      if (!isOffered || !roleArn.startsWith(iamArn(account, "role/")))
        throw new ApiError("AccessDenied", REFUSAL);
      return federatedCaller(account, assertion);
    },
    target: async ({ unit }, { RoleArn: arn = "" }) => trustTarget(arn, await roleOfArn(unit, arn)),
    conditionKeys: federationKeys,
    alsoAuthorize: federationRequirements,
    async run(context, input) {
      await recordAssertionUse(context, assertionOf(context.caller));
      const { assertion, session } = await startFederatedSession(context, input);
      const { subject, issuer, audience, saml } = assertion;
      return {
        ...session,
        Subject: subject,
        SubjectType: saml?.subjectType,
        Issuer: issuer,
        Audience: audience,
        NameQualifier: saml?.nameQualifier,
      };
    },
  }),
} as const;

async function findProvider({ unit }: OperationContext, arn: string): Promise<SamlProviderRecord> {
  const account = accountOfIamArn(arn) ?? "";
  const name = samlNameOfArn(account, arn);
  const provider = name === undefined ? undefined : await unit.get(samlProviderKey(account, name));
  if (provider === undefined || samlProviderArn(provider) !== arn) {
    throw new ApiError("InvalidIdentityToken", "Specified provider doesn't exist");
  }
  return provider;
}

/**
 * Refuses a provider whose metadata has expired: its keys are not to be trusted afterwards (SAML
 * metadata, 2.3.2).
 * @throws {ApiError} `InvalidIdentityToken`
 */
function checkMetadataValidity({ validUntil }: SamlProviderRecord, now: Date): void {
  // Negated, so that an invalid date counts as expired.
  if (!(Date.parse(validUntil) > now.getTime()))
    throw new ApiError(
      "InvalidIdentityToken",
      "The metadata of the specified provider has expired.",
    );
}

/** Returns the private keys, newest first: the provider most likely encrypts for that one. */
const openPrivateKeys = (
  { sealer }: OperationContext,
  { account, uuid, privateKeys }: SamlProviderRecord,
): readonly string[] =>
  privateKeys
    .map(({ id, sealedKey }) =>
      Buffer.from(sealer.open(sealedKey, samlPrivateKeySeal(account, uuid, id))).toString("utf8"),
    )
    .reverse();

/**
 * Records the use of an assertion until it expires. An assertion can be used once (SAML profiles
 * 4.1.4.5).
 * @throws {ApiError} `InvalidIdentityToken`
 */
async function recordAssertionUse(
  { account, unit }: OperationContext,
  { issuer, saml }: ProviderAssertion,
): Promise<void> {
  if (saml === undefined) throw new TypeError("the caller was not proven by a SAML provider");
  const key = usedAssertionKey(
    account,
    createHash("sha256").update(`${issuer}\n${saml.id}`).digest("hex"),
  );
  if ((await unit.get(key)) !== undefined)
    throw new ApiError("InvalidIdentityToken", "The assertion has been used already.");
  unit.put(key, {}, { expiresAt: Math.ceil(saml.usableUntil / 1000) + 1, expect: "absent" });
}
