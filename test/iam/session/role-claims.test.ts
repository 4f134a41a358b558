import type { RoleRecord } from "@portcullis/iam/record/role";
import { federationClaims, roleClaims } from "@portcullis/iam/role-claims";
import { expect, it } from "vitest";

const role: RoleRecord = {
  account: "100000000000",
  name: "reader",
  id: "AROAREADER",
  path: "/",
  createdAt: "2026-01-01T00:00:00.000Z",
  maxSessionSeconds: 3600,
  trust: { document: "{}", principalIds: [] },
  tags: [{ key: "own", value: "tag" }],
  inline: [],
  attached: [],
};

const bare = { issuedAt: 1, expiresAt: 2, sessionName: "s", tags: [], transitiveTagKeys: [] };

it("claims hold what was decided, and nothing that is empty", () => {
  const least = {
    kind: "AssumedRole",
    account: role.account,
    ownerId: role.id,
    name: "s",
    issuedAt: 1,
    expiresAt: 2,
  };
  expect(roleClaims(role, bare)).toEqual(least);
  const tags = [{ key: "k", value: "v" }];
  expect(
    roleClaims(role, {
      ...bare,
      policies: ["{}"],
      policyArns: [],
      tags,
      transitiveTagKeys: ["k"],
      sourceIdentity: "ann",
      federation: { federatedProvider: "idp", contextKeys: [["idp:sub", "me"]] },
    }),
  ).toEqual({
    ...least,
    policies: ["{}"],
    policyArns: [],
    tags,
    transitiveTagKeys: ["k"],
    sourceIdentity: "ann",
    federatedProvider: "idp",
    contextKeys: [["idp:sub", "me"]],
  });
});

it("nothing else of a request comes into the claims", () => {
  const request = { ...bare, RoleArn: "arn", TokenCode: "123456", passwordChangeOnly: true };
  expect(roleClaims(role, request)).toEqual(roleClaims(role, bare));
});

it("of a provider's condition keys those last that say who it is and for whom", () => {
  const keys = ["idp:sub", "idp:AUD", "idp:amr", "idp:email", "saml:doc", "saml:cn"];
  expect(
    federationClaims({
      issuerArn: "arn",
      issuer: "https://idp",
      provider: "idp",
      subject: "me",
      audience: "us",
      sessionName: "s",
      tags: [],
      transitiveTagKeys: [],
      contextKeys: keys.map((key) => [key, "value"]),
    }),
  ).toEqual({
    federatedProvider: "idp",
    contextKeys: ["idp:sub", "idp:AUD", "idp:amr", "saml:doc"].map((key) => [key, "value"]),
  });
});
