import middy from "@middy/core";
import {
  DISCOVERY_PATH,
  DOCUMENTS_MAX_AGE_SECONDS,
  discoveryDocument,
  JWKS_PATH,
  publicKeys,
} from "@portcullis/iam/federation/issuer-documents";
import { signingKeysKey } from "@portcullis/iam/record/signing-keys";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { HttpHandler } from "./http/control-handler.ts";
import { deployedInstallation, type Installation } from "./installation/installation.ts";

/**
 * The paths of the installation's documents as an issuer of tokens (OpenID Connect Discovery 1.0).
 */
export const ISSUER_PATHS = [DISCOVERY_PATH, JWKS_PATH] as const;

/** The issuer's documents: discovery and public keys. */
export const issuerHandler = (
  installation: () => Installation | Promise<Installation>,
): HttpHandler =>
  middy(async (event: APIGatewayProxyEventV2) => {
    const { store, settings } = await installation();
    if (event.rawPath === DISCOVERY_PATH) return answer(discoveryDocument(settings.issuer));
    if (event.rawPath !== JWKS_PATH)
      return { statusCode: 404, body: JSON.stringify({ message: "Not Found" }) };
    const [found] = await store.get([signingKeysKey(settings.managementAccount)]);
    return answer(publicKeys(found?.data));
  });

const answer = (document: object) => ({
  statusCode: 200,
  headers: {
    "content-type": "application/json",
    "cache-control": `public, max-age=${DOCUMENTS_MAX_AGE_SECONDS}`,
  },
  body: JSON.stringify(document),
});

/** `/.well-known/...`: public. It reads only the public halves of the signing keys. */
export const handler = issuerHandler(() => deployedInstallation());
