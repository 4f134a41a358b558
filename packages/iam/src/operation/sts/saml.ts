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
import { judgeAssertion } from "../../federation/saml-assertion.ts";
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
import { checkArn } from "./assume-role.ts";

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
      checkArn(roleArn);
      checkArn(providerArn);
      const provider = await findProvider(context, providerArn);
      refuseExpired(provider, context.now);
      const arn = samlProviderArn(provider);
      const { certificates, issuer, account, name } = provider;
      // Loaded when it is needed: it is by far the heaviest part of STS.
      const { signedAssertion } = await import("../../federation/saml-signature.ts");
      const element = await signedAssertion(encoded, {
        certificates,
        privateKeys: privateKeysOf(context, provider),
        encryptionRequired: provider.encryption === "Required",
      });
      const { now, settings } = context;
      const assertion = judgeAssertion(
        element,
        { arn, account, name, issuer },
        { now, audience: settings.samlAudience },
      );
      // The provider says which roles its user may choose from; the role's trust says whether it may say so.
      const offered = assertion.saml?.roles.some(
        (pair) => pair.roleArn === roleArn && pair.providerArn === arn,
      );
      if (!offered || !roleArn.startsWith(iamArn(account, "role/")))
        throw new ApiError("AccessDenied", REFUSAL);
      return federatedCaller(account, assertion);
    },
    target: async ({ unit }, { RoleArn: arn = "" }) => trustTarget(arn, await roleOfArn(unit, arn)),
    conditionKeys: federationKeys,
    alsoAuthorize: federationRequirements,
    async run(context, input) {
      await useUp(context, assertionOf(context.caller));
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

/** Metadata says until when its keys are to be trusted (SAML metadata, 2.3.2): nothing signed by them counts after that. */
function refuseExpired({ validUntil }: SamlProviderRecord, now: Date): void {
  // also when it can't be read
  if (!(Date.parse(validUntil) > now.getTime()))
    throw new ApiError(
      "InvalidIdentityToken",
      "The metadata of the specified provider has expired.",
    );
}

/** Newest first: that is the one that the provider will have encrypted for. */
const privateKeysOf = (
  { sealer }: OperationContext,
  { account, uuid, privateKeys }: SamlProviderRecord,
): readonly string[] =>
  privateKeys
    .map(({ id, sealedKey }) =>
      Buffer.from(sealer.open(sealedKey, samlPrivateKeySeal(account, uuid, id))).toString("utf8"),
    )
    .reverse();

/** An assertion is good once: its ID is kept until it would have expired (SAML profiles 4.1.4.5). */
async function useUp(
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
