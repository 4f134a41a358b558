import { createHash } from "node:crypto";
import {
  CreateSAMLProviderCommand,
  GetUserCommand,
  UpdateSAMLProviderCommand,
} from "@aws-sdk/client-iam";
import {
  AssumeRoleWithSAMLCommand,
  type AssumeRoleWithSAMLCommandInput,
  GetCallerIdentityCommand,
} from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyPair } from "../../support/identity-provider.ts";
import { type Said, type SamlIdp, samlIdp } from "../../support/saml-idp.ts";
import {
  ACCOUNT,
  allow,
  credentialsOf,
  refusal,
  rootOf,
  stsInstallation,
  trust,
} from "../../support/sts-installation.ts";

const here = stsInstallation();
const PROVIDER = `arn:aws:iam::${ACCOUNT}:saml-provider/idp`;
const REFUSED = {
  code: "AccessDenied",
  status: 403,
  message: "Not authorized to perform sts:AssumeRoleWithSAML",
};
const ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/";

let idp: SamlIdp;
let role: string;

const trusting = (condition?: object, actions: readonly string[] = ["sts:AssumeRoleWithSAML"]) =>
  trust({ Federated: PROVIDER }, actions, condition);
const assume = (SAMLAssertion: string, rest: Partial<AssumeRoleWithSAMLCommandInput> = {}) =>
  here.anonymous().send(
    new AssumeRoleWithSAMLCommand({
      RoleArn: role,
      PrincipalArn: PROVIDER,
      SAMLAssertion,
      ...rest,
    }),
  );
const signIn = (content: Said = {}) => idp.signIn({ role: `${role},${PROVIDER}`, ...content });
const edit = (assertion: string, change: (xml: string) => string) =>
  Buffer.from(change(Buffer.from(assertion, "base64").toString("utf8"))).toString("base64");
const refused = async (assertion: string) => {
  const { code, status } = await refusal(assume(assertion));
  return `${status} ${code}`;
};

beforeAll(async () => {
  idp = await samlIdp();
  await here
    .iam()
    .send(
      new CreateSAMLProviderCommand({ Name: "idp", SAMLMetadataDocument: await idp.metadata() }),
    );
  role = await here.role(
    "saml",
    trusting({
      StringEquals: {
        "saml:aud": "https://signin.aws.amazon.com/saml",
        "saml:sub_type": "persistent",
      },
    }),
    { document: allow("iam:GetUser"), maxSeconds: 7200 },
  );
});
afterAll(() => idp?.stop());

describe("AssumeRoleWithSAML", () => {
  it("takes a signed assertion, without credentials, and answers what it says", async () => {
    const answer = await assume(await signIn());
    expect(answer).toMatchObject({
      Subject: "jane",
      SubjectType: "persistent",
      Issuer: idp.entityId,
      Audience: "https://signin.aws.amazon.com/saml",
      NameQualifier: createHash("sha1").update(`${idp.entityId}${ACCOUNT}/idp`).digest("base64"),
      AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/saml/jane@example.com` },
    });
    const session = credentialsOf(answer.Credentials);
    expect(await here.sts(session).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/saml/jane@example.com`,
    });
  });

  it("takes nothing of a provider whose metadata has expired, until it has newer", async () => {
    const other = await samlIdp();
    const ending = async (where: "EntityDescriptor" | "IDPSSODescriptor", until: Date) =>
      (await other.metadata()).replace(
        new RegExp(`<(\\w+:)?${where} `),
        (start) => `${start}validUntil="${until.toISOString()}" `,
      );
    const [past, future] = [new Date(Date.now() - 1000), new Date(Date.now() + 3600_000)];
    await here.iam().send(
      new CreateSAMLProviderCommand({
        Name: "ends",
        SAMLMetadataDocument: await ending("EntityDescriptor", future),
      }),
    );
    const provider = PROVIDER.replace("/idp", "/ends");
    const arn = await here.role(
      "saml-ends",
      trust({ Federated: provider }, "sts:AssumeRoleWithSAML"),
    );
    const assumeNow = async () =>
      assume(await other.signIn({ role: `${provider},${arn}` }), {
        RoleArn: arn,
        PrincipalArn: provider,
      });
    const update = (SAMLMetadataDocument: string) =>
      here
        .iam()
        .send(new UpdateSAMLProviderCommand({ SAMLProviderArn: provider, SAMLMetadataDocument }));
    await assumeNow();
    for (const where of ["EntityDescriptor", "IDPSSODescriptor"] as const) {
      await update(await ending(where, past));
      expect(await refusal(assumeNow())).toMatchObject({
        code: "InvalidIdentityToken",
        message: "The metadata of the specified provider has expired.",
      });
    }
    await update(await ending("IDPSSODescriptor", future));
    await assumeNow();
    await other.stop();
  });

  it("takes a response that is signed as a whole", async () => {
    const other = await samlIdp({ signs: "message" });
    await here.iam().send(
      new CreateSAMLProviderCommand({
        Name: "whole",
        SAMLMetadataDocument: await other.metadata(),
      }),
    );
    const provider = PROVIDER.replace("/idp", "/whole");
    const arn = await here.role(
      "saml-whole",
      trust({ Federated: provider }, "sts:AssumeRoleWithSAML"),
    );
    await assume(await other.signIn({ role: `${provider},${arn}` }), {
      RoleArn: arn,
      PrincipalArn: provider,
    });
    await other.stop();
  });

  it("takes encrypted assertions, by any of the provider's private keys, and no others where these are required", async () => {
    const plain = await samlIdp();
    const encrypted = await samlIdp({ encryptFor: keyPair("other-idp").cert });
    const make = async (
      Name: string,
      from: SamlIdp,
      AssertionEncryptionMode: "Required" | "Allowed",
    ) => {
      await here.iam().send(
        new CreateSAMLProviderCommand({
          Name,
          SAMLMetadataDocument: await from.metadata(),
          AssertionEncryptionMode,
          AddPrivateKey: keyPair("other-idp").key,
        }),
      );
      const provider = PROVIDER.replace("/idp", `/${Name}`);
      const arn = await here.role(
        `saml-${Name}`,
        trust({ Federated: provider }, "sts:AssumeRoleWithSAML"),
      );
      return async (content: Said = {}) =>
        assume(await from.signIn({ role: `${arn},${provider}`, ...content }), {
          RoleArn: arn,
          PrincipalArn: provider,
        });
    };
    await (await make("secret", encrypted, "Required"))();
    await (await make("either", encrypted, "Allowed"))();
    await (await make("open", plain, "Allowed"))();
    const strict = await make("strict", plain, "Required");
    expect(await refusal(strict())).toMatchObject({
      code: "InvalidIdentityToken",
      message: "The provider's assertions must be encrypted.",
    });
    const encryptedOnly = await make("encryptedOnly", encrypted, "Required");
    expect((await refusal(encryptedOnly({ notOnOrAfter: -1 }))).code).toBe("ExpiredTokenException");
    expect(
      (
        await refusal(
          assume(await encrypted.signIn({ role: `${role},${PROVIDER}`, issuer: idp.entityId })),
        )
      ).code,
    ).toBe("InvalidIdentityToken");
    await Promise.all([plain.stop(), encrypted.stop()]);
  });

  it("the role must be offered by the provider and trust it", async () => {
    const byName = await here.role("by-name", trusting({ StringEquals: { "saml:sub": "john" } }));
    const foreign = await here.role(
      "foreign",
      trust({ Federated: PROVIDER.replace("idp", "other") }, "sts:AssumeRoleWithSAML"),
    );
    const everyone = await here.role(
      "everyone",
      trust("*", ["sts:AssumeRole", "sts:AssumeRoleWithSAML"]),
    );
    expect(await refusal(assume(await signIn({ role: `${byName},${PROVIDER}` })))).toEqual(REFUSED);
    for (const arn of [
      byName,
      foreign,
      everyone,
      `arn:aws:iam::${ACCOUNT}:role/nobody-home`,
      `arn:aws:iam::200000000000:role/x`,
    ]) {
      expect(
        await refusal(assume(await idp.signIn({ role: `${arn},${PROVIDER}` }), { RoleArn: arn })),
        arn,
      ).toEqual(REFUSED);
    }
    expect(
      await refusal(assume(await signIn(), { PrincipalArn: PROVIDER.replace("idp", "none") })),
    ).toMatchObject({ code: "InvalidIdentityToken", message: "Specified provider doesn't exist" });
    await assume(await idp.signIn({ role: `${byName},${PROVIDER}`, subject: "john" }), {
      RoleArn: byName,
    });
  });

  it("session length: the request's, the assertion's, and never past the provider's own session", async () => {
    const seconds = async (content: Said, rest = {}) => {
      const { Credentials } = await assume(await signIn(content), rest);
      return Math.round(((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 10_000) * 10;
    };
    const duration = { attributes: { [`${ATTRIBUTES}SessionDuration`]: ["5400"] } };
    expect(await seconds({})).toBe(3600);
    expect(await seconds(duration)).toBe(5400);
    expect(await seconds(duration, { DurationSeconds: 1800 })).toBe(1800);
    expect(await seconds({ ...duration, sessionEnds: 1200 })).toBe(1200);
    expect(await refusal(assume(await signIn(), { DurationSeconds: 7201 }))).toMatchObject({
      code: "ValidationError",
    });
  });

  it("session tags and source identity come from attributes, and need the trust's permission", async () => {
    const all = ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"];
    const tagged = await here.role(
      "saml-tags",
      trusting({ StringEquals: { "saml:eduPersonPrincipalName": "jane@uni" } }, all),
      {
        document: allow("iam:GetUser", "*", {
          StringEquals: {
            "aws:PrincipalTag/team": "blue",
            "aws:SourceIdentity": "jane",
            "saml:sub": "jane",
          },
        }),
      },
    );
    await here.user("somebody");
    const attributes = {
      [`${ATTRIBUTES}PrincipalTag:team`]: ["blue"],
      [`${ATTRIBUTES}TransitiveTagKeys`]: ["team"],
      [`${ATTRIBUTES}SourceIdentity`]: ["jane"],
      "urn:oid:1.3.6.1.4.1.5923.1.1.1.6": ["jane@uni"],
    };
    const answer = await assume(await idp.signIn({ role: `${tagged},${PROVIDER}`, attributes }), {
      RoleArn: tagged,
    });
    expect(answer.SourceIdentity).toBe("jane");
    await here
      .iam(credentialsOf(answer.Credentials))
      .send(new GetUserCommand({ UserName: "somebody" }));
    expect(await refusal(assume(await signIn({ attributes })))).toEqual(REFUSED);
  });
});

describe("an assertion that is not good", () => {
  it("is good once, also when it is sent many times at once", async () => {
    const assertion = await signIn();
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => assume(assertion)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await refusal(assume(assertion))).toEqual({
      code: "InvalidIdentityToken",
      status: 400,
      message: "The assertion has been used already.",
    });
  });

  it("expired, too early or too old, for another audience or recipient, of another issuer, or without what it needs", async () => {
    const expired: Said[] = [
      { notOnOrAfter: -1 },
      { confirmedUntil: -1 },
      { issued: -301 },
      { sessionEnds: -1 },
    ];
    for (const content of expired)
      expect(await refused(await signIn(content)), JSON.stringify(content)).toBe(
        "400 ExpiredTokenException",
      );
    expect((await refusal(assume(await signIn({ issued: -301 })))).message).toBe(
      "Token must be redeemed within 5 minutes of issuance",
    );
    const invalid: Said[] = [
      { notBefore: 120 },
      { issued: 120 },
      { audience: "https://other.example/saml" },
      { recipient: "https://other.example/saml" },
      { recipient: "https://evil.example/https://signin.aws.amazon.com/saml" },
      { method: "holder-of-key" },
      { issuer: "https://other.example" },
      { sessionName: undefined },
      { sessionName: "no spaces" },
      { sessionName: "x" },
      { subject: "" },
      { attributes: { [`${ATTRIBUTES}SessionDuration`]: ["60"] } },
    ];
    for (const content of invalid)
      expect(await refused(await signIn(content)), JSON.stringify(content)).toBe(
        "400 InvalidIdentityToken",
      );
    expect((await refusal(assume(await signIn({ sessionName: undefined })))).message).toBe(
      "RoleSessionName is required in AuthnResponse",
    );
  });

  it("unsigned, altered, or signed by somebody else or with SHA-1", async () => {
    const good = await signIn();
    const stranger = await samlIdp({ certificate: "other-idp" });
    const sha1 = await samlIdp({ algorithm: "http://www.w3.org/2000/09/xmldsig#rsa-sha1" });
    const withoutSignature = (xml: string) =>
      xml.replace(/<(\w+:)?Signature[ >][\s\S]*?<\/(\w+:)?Signature>/, "");
    const content = { role: `${role},${PROVIDER}`, issuer: idp.entityId };
    const bad = [
      edit(good, withoutSignature),
      edit(good, (xml) => xml.replace(">jane<", ">root<")),
      edit(good, (xml) => xml.replace(">jane<", "><!-- -->root<")),
      edit(good, (xml) => xml.replace("rsa-sha256", "hmac-sha256")),
      await stranger.signIn(content),
      await sha1.signIn(content),
      Buffer.from("nonsense").toString("base64"),
      "!!!!",
      Buffer.from("<a/>").toString("base64"),
    ];
    for (const assertion of bad)
      expect(
        await refused(assertion),
        Buffer.from(assertion, "base64").toString().slice(0, 200),
      ).toBe("400 InvalidIdentityToken");
    await Promise.all([stranger.stop(), sha1.stop()]);
  });

  it("a signature wrapped around another assertion", async () => {
    const assertionOf = (xml: string) =>
      /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)?.[0] ?? "";
    const forged = (xml: string) =>
      assertionOf(xml)
        .replace(/<(\w+:)?Signature[ >][\s\S]*?<\/(\w+:)?Signature>/, "")
        .replace(/ID="[^"]*"/, 'ID="_evil"')
        .replace(">jane<", ">root<");
    const signatureOf = (xml: string) =>
      /<(\w+:)?Signature[ >][\s\S]*?<\/(\w+:)?Signature>/.exec(xml)?.[0] ?? "";
    const wrappings: Record<string, (xml: string) => string> = {
      "another beside it": (xml) => xml.replace(assertionOf(xml), forged(xml) + assertionOf(xml)),
      "another behind it": (xml) => xml.replace(assertionOf(xml), assertionOf(xml) + forged(xml)),
      "the signed one inside the forged one": (xml) =>
        xml.replace(
          assertionOf(xml),
          forged(xml).replace("</saml:Assertion>", `${assertionOf(xml)}</saml:Assertion>`),
        ),
      "the signed one inside the signature's object": (xml) =>
        xml.replace(
          assertionOf(xml),
          forged(xml).replace(
            "</saml:Assertion>",
            `${signatureOf(xml).replace(/<\/(\w+:)?Signature>/, (end) => `<Object>${assertionOf(xml).replace(signatureOf(xml), "")}</Object>${end}`)}</saml:Assertion>`,
          ),
        ),
      "the signed one in an extension": (xml) =>
        xml.replace(
          assertionOf(xml),
          `<samlp:Extensions>${assertionOf(xml)}</samlp:Extensions>${forged(xml)}`,
        ),
      "two elements of one id": (xml) =>
        xml.replace(
          assertionOf(xml),
          forged(xml).replace('ID="_evil"', /ID="[^"]*"/.exec(assertionOf(xml))?.[0] ?? "") +
            assertionOf(xml),
        ),
    };
    for (const [what, wrap] of Object.entries(wrappings)) {
      const good = await signIn();
      const wrapped = edit(good, wrap);
      expect(wrapped, what).not.toBe(good);
      expect(await refused(wrapped), what).toBe("400 InvalidIdentityToken");
    }
  });

  it("bombs and monsters", async () => {
    const good = await signIn();
    const entities = Array.from(
      { length: 9 },
      (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`,
    ).join("");
    const bombs = [
      edit(
        good,
        (xml) => `<!DOCTYPE x [<!ENTITY l0 "ha">${entities}]>${xml.replace(">jane<", ">&l9;<")}`,
      ),
      edit(
        good,
        (xml) => `<?xml version="1.0"?>\n<!DOCTYPE x SYSTEM "http://127.0.0.1:1/evil.dtd">${xml}`,
      ),
      edit(good, (xml) =>
        xml.replace("<saml:Subject>", `${"<a>".repeat(8000)}${"</a>".repeat(8000)}<saml:Subject>`),
      ),
      edit(good, (xml) =>
        xml.replace(
          "<saml:Subject>",
          `<saml:Advice ${Array.from({ length: 3000 }, (_, index) => `a${index}=""`).join(" ")}/><saml:Subject>`,
        ),
      ),
    ];
    for (const bomb of bombs) {
      const started = performance.now();
      expect(await refused(bomb)).toBe("400 InvalidIdentityToken");
      expect(performance.now() - started).toBeLessThan(5000);
    }
    expect((await refusal(assume("x".repeat(100_001)))).code).toBe("ValidationError");
  });

  it("a long response without the provider's signature is refused before it is canonicalized", async () => {
    const signed = await signIn();
    const values = Array.from({ length: 1500 }, (_, at) => `<saml:Attribute Name="a${at}"/>`);
    const long = (xml: string) =>
      xml.replace("</saml:AttributeStatement>", `${values.join("")}</saml:AttributeStatement>`);
    const forged = (xml: string) =>
      long(xml).replace(/(SignatureValue>)[^<]*/, `$1${Buffer.alloc(256, 7).toString("base64")}`);
    const unsigned = (xml: string) =>
      long(xml).replace(/<(\w+:)?Signature[ >][\s\S]*?<\/(\w+:)?Signature>/, "");
    for (const change of [forged, unsigned]) {
      const response = edit(signed, change);
      const milliseconds: number[] = [];
      for (let time = 0; time < 10; time++) {
        const started = performance.now();
        expect(await refused(response)).toBe("400 InvalidIdentityToken");
        milliseconds.push(performance.now() - started);
      }
      // Canonicalizing takes 130 ms on an idle machine.
      expect(Math.min(...milliseconds)).toBeLessThan(60);
    }
  });

  it("a provider that says no", async () => {
    const no = await signIn({ status: "AuthnFailed" });
    const bare = edit(no, (xml) =>
      xml
        .replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, "")
        .replace(/<(\w+:)?Signature[ >][\s\S]*?<\/(\w+:)?Signature>/, ""),
    );
    expect(await refusal(assume(bare))).toMatchObject({ code: "IDPRejectedClaim", status: 403 });
  });

  it("an assertion is no credential of a role that trusts only accounts", async () => {
    const arn = await here.role("accounts-only", trust(rootOf(ACCOUNT)));
    expect(
      await refusal(assume(await idp.signIn({ role: `${arn},${PROVIDER}` }), { RoleArn: arn })),
    ).toEqual(REFUSED);
  });
});
