import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as samlify from "samlify";
import { keyPair } from "./identity-provider.ts";

const AUDIENCE = "https://signin.aws.amazon.com/saml";
const ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/";

/** What an assertion says; whatever is not given is as it should be. */
export interface Said {
  readonly role?: string;
  readonly roles?: readonly string[];
  readonly sessionName?: string | undefined;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly issuer?: string;
  readonly audience?: string;
  readonly recipient?: string;
  readonly method?: string;
  readonly subject?: string;
  readonly id?: string;
  readonly status?: string;
  /** Seconds from now. */
  readonly issued?: number;
  readonly notBefore?: number;
  readonly notOnOrAfter?: number;
  readonly confirmedUntil?: number;
  readonly sessionEnds?: number;
}

export interface SamlIdp {
  readonly entityId: string;
  readonly metadata: () => Promise<string>;
  /** Sign in over HTTP, as a browser does: the base64 response of the form that it is to post. */
  readonly signIn: (said?: Said) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** A SAML identity provider (the `samlify` package) on loopback. */
export async function samlIdp(
  options: {
    readonly certificate?: string;
    readonly signs?: "assertion" | "message";
    readonly algorithm?: string;
    /** PEM of the certificate to encrypt for. */
    readonly encryptFor?: string;
  } = {},
): Promise<SamlIdp> {
  const { cert, key } = keyPair(options.certificate ?? "idp");
  let said: Said = {};
  const server = createServer(async (request, response) => {
    try {
      if (request.url === "/metadata") response.end(idp.getMetadata());
      else {
        const { context } = await idp.createLoginResponse(sp, {} as never, "post", {}, {
          customTagReplacement: () => ({ id: randomUUID(), context: responseXml(entityId, said) }),
        } as never);
        response.end(`<form method="post"><input name="SAMLResponse" value="${context}"/></form>`);
      }
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const entityId = `${url}/idp`;
  const signsMessage = options.signs === "message";
  const idp = samlify.IdentityProvider({
    entityID: entityId,
    privateKey: key,
    signingCert: cert,
    isAssertionEncrypted: options.encryptFor !== undefined,
    wantAuthnRequestsSigned: false,
    messageSigningOrder: "sign-then-encrypt",
    requestSignatureAlgorithm:
      options.algorithm ?? "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    singleSignOnService: [
      { Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", Location: `${url}/sso` },
    ],
    singleLogoutService: [
      { Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", Location: `${url}/logout` },
    ],
    nameIDFormat: ["urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"],
    loginResponseTemplate: { context: "<x/>", attributes: [] },
  });
  const sp = samlify.ServiceProvider({
    entityID: "urn:amazon:webservices",
    ...(options.encryptFor === undefined ? {} : { encryptCert: options.encryptFor }),
    wantMessageSigned: signsMessage,
    WantAssertionsSigned: !signsMessage,
    wantAssertionsSigned: !signsMessage,
    assertionConsumerService: [
      { Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", Location: AUDIENCE },
    ],
  } as never);
  return {
    entityId,
    metadata: async () => (await fetch(`${url}/metadata`)).text(),
    async signIn(what = {}) {
      said = what;
      const page = await (await fetch(`${url}/sso`)).text();
      const value = /name="SAMLResponse" value="([^"]+)"/.exec(page)?.[1];
      if (value === undefined) throw new Error(page);
      return value;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

export function responseXml(entityId: string, said: Said): string {
  const now = Date.now();
  const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();
  const issued = at(said.issued ?? 0);
  const issuer = said.issuer ?? entityId;
  const attributes: Record<string, readonly string[]> = {
    [`${ATTRIBUTES}Role`]: said.roles ?? (said.role === undefined ? [] : [said.role]),
    [`${ATTRIBUTES}RoleSessionName`]:
      "sessionName" in said
        ? said.sessionName === undefined
          ? []
          : [said.sessionName]
        : ["jane@example.com"],
    ...said.attributes,
  };
  const statements = Object.entries(attributes)
    .filter(([, values]) => values.length > 0)
    .map(
      ([name, values]) =>
        `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join("")}</saml:Attribute>`,
    )
    .join("");
  const ends =
    said.sessionEnds === undefined ? "" : ` SessionNotOnOrAfter="${at(said.sessionEnds)}"`;
  return [
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomUUID()}" Version="2.0" IssueInstant="${issued}" Destination="${AUDIENCE}">`,
    `<saml:Issuer>${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${said.status ?? "Success"}"/></samlp:Status>`,
    `<saml:Assertion ID="${said.id ?? `_${randomUUID()}`}" Version="2.0" IssueInstant="${issued}"><saml:Issuer>${issuer}</saml:Issuer>`,
    `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${said.subject ?? "jane"}</saml:NameID>`,
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:${said.method ?? "bearer"}"><saml:SubjectConfirmationData NotOnOrAfter="${at(said.confirmedUntil ?? 300)}" Recipient="${said.recipient ?? AUDIENCE}"/></saml:SubjectConfirmation></saml:Subject>`,
    `<saml:Conditions NotBefore="${at(said.notBefore ?? -60)}" NotOnOrAfter="${at(said.notOnOrAfter ?? 300)}"><saml:AudienceRestriction><saml:Audience>${said.audience ?? AUDIENCE}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
    `<saml:AuthnStatement AuthnInstant="${issued}"${ends}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
    `<saml:AttributeStatement>${statements}</saml:AttributeStatement></saml:Assertion></samlp:Response>`,
  ].join("");
}
