import { generateKeyPairSync } from "node:crypto";
import {
  CreateSAMLProviderCommand,
  DeleteSAMLProviderCommand,
  GetSAMLProviderCommand,
  type IAMClient,
  ListSAMLProvidersCommand,
  ListSAMLProviderTagsCommand,
  TagSAMLProviderCommand,
  UntagSAMLProviderCommand,
  UpdateSAMLProviderCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  alreadyExists,
  invalidInput,
  limitExceeded,
  noSuchEntity,
} from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { refusal } from "../../support/refusal.ts";
import { samlMetadata as metadata } from "../../support/saml-metadata.ts";

let installation: TestInstallation;
let iam: IAMClient;
let account: string;
beforeAll(async () => {
  installation = await startInstallation();
  ({ iam, account } = installation);
});
afterAll(() => installation?.stop());

const privateKey = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
const arnOf = (name: string) => `arn:aws:iam::${account}:saml-provider/${name}`;
const make = (Name: string, SAMLMetadataDocument = metadata(), more: object = {}) =>
  iam.send(new CreateSAMLProviderCommand({ Name, SAMLMetadataDocument, ...more }));
const get = async (name: string) => {
  const { $metadata, ...provider } = await iam.send(
    new GetSAMLProviderCommand({ SAMLProviderArn: arnOf(name) }),
  );
  return provider;
};

test("a provider is made, shown, listed, given other metadata, and deleted", async () => {
  const made = await make("Corp", metadata(), { Tags: [{ Key: "k", Value: "v" }] });
  expect(made).toMatchObject({ SAMLProviderArn: arnOf("Corp"), Tags: [{ Key: "k", Value: "v" }] });
  const got = await get("Corp");
  expect(got).toEqual({
    SAMLProviderUUID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    SAMLMetadataDocument: metadata(),
    CreateDate: expect.any(Date),
    ValidUntil: expect.any(Date),
    Tags: [{ Key: "k", Value: "v" }],
    PrivateKeyList: [],
  });
  expect(got.ValidUntil?.getUTCFullYear()).toBe((got.CreateDate?.getUTCFullYear() ?? 0) + 100);
  expect((await iam.send(new ListSAMLProvidersCommand({}))).SAMLProviderList).toEqual([
    { Arn: arnOf("Corp"), ValidUntil: got.ValidUntil, CreateDate: got.CreateDate },
  ]);
  const later = metadata({
    attributes: 'entityID="https://idp.example.com" validUntil="2031-01-02T03:04:05Z"',
  });
  const updated = await iam.send(
    new UpdateSAMLProviderCommand({ SAMLProviderArn: arnOf("Corp"), SAMLMetadataDocument: later }),
  );
  expect(updated.SAMLProviderArn).toBe(arnOf("Corp"));
  expect(await get("Corp")).toMatchObject({
    SAMLMetadataDocument: later,
    ValidUntil: new Date("2031-01-02T03:04:05Z"),
    SAMLProviderUUID: got.SAMLProviderUUID,
  });
  await iam.send(new DeleteSAMLProviderCommand({ SAMLProviderArn: arnOf("Corp") }));
  expect((await iam.send(new ListSAMLProvidersCommand({}))).SAMLProviderList).toEqual([]);
});

test("a name is taken whatever its case", async () => {
  await make("taken");
  expect(await refusal(make("TAKEN"))).toEqual(
    alreadyExists("SAML Provider with name TAKEN already exists."),
  );
});

test.each([
  ["no XML", "x".repeat(1000)],
  ["an element left open", () => metadata().replace("</md:EntityDescriptor>", "")],
  ["no entity id", () => metadata({ attributes: "" })],
  ["another root", () => metadata().replaceAll("EntityDescriptor", "EntitiesDescriptor")],
  ["another namespace", () => metadata().replace("SAML:2.0:metadata", "SAML:1.0:metadata")],
  [
    "a document type",
    () => metadata().replace("<md:", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><md:'),
  ],
  ["a date that is none", () => metadata({ attributes: 'entityID="x" validUntil="soon"' })],
])("metadata with %s can't be parsed", async (_, text) => {
  expect(await refusal(make("unreadable", typeof text === "function" ? text() : text))).toEqual(
    invalidInput("Could not parse metadata"),
  );
  await make("readable").catch(() => undefined);
  const update = new UpdateSAMLProviderCommand({
    SAMLProviderArn: arnOf("readable"),
    SAMLMetadataDocument: typeof text === "function" ? text() : text,
  });
  expect(await refusal(iam.send(update))).toEqual(invalidInput("Could not parse metadata"));
});

test("metadata must bring a certificate to verify with, and be of a size that can be kept", async () => {
  expect(await refusal(make("keyless", metadata({ use: "encryption" })))).toMatchObject({
    code: "InvalidInput",
    message: expect.stringContaining("no certificate"),
  });
  expect(await refusal(make("keyless", metadata({ certificate: "AAAA" })))).toMatchObject({
    code: "InvalidInput",
    message: expect.stringContaining("certificate that can't be read"),
  });
  expect(await refusal(make("keyless", metadata() + " ".repeat(300_000)))).toMatchObject({
    code: "InvalidInput",
    message: expect.stringContaining("longer than"),
  });
  expect(await refusal(make("keyless", "<x/>"))).toMatchObject({ code: "ValidationError" });
});

test("private keys come and go, are never shown, and two are the limit", async () => {
  await make("secret", metadata(), {
    AssertionEncryptionMode: "Required",
    AddPrivateKey: privateKey(),
  });
  const SAMLProviderArn = arnOf("secret");
  const change = (more: object) =>
    iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn, ...more }));
  const [first] = (await get("secret")).PrivateKeyList ?? [];
  expect(first).toEqual({
    KeyId: expect.stringMatching(/^[A-Z0-9]{22,64}$/),
    Timestamp: expect.any(Date),
  });
  expect(await refusal(change({ RemovePrivateKey: first?.KeyId }))).toMatchObject({
    code: "InvalidInput",
  });
  await change({ AddPrivateKey: privateKey() });
  expect(await refusal(change({ AddPrivateKey: privateKey() }))).toEqual(
    limitExceeded("Cannot exceed quota for PrivateKeysPerSAMLProvider: 2"),
  );
  await change({
    RemovePrivateKey: first?.KeyId,
    AddPrivateKey: privateKey(),
    AssertionEncryptionMode: "Allowed",
  });
  const { PrivateKeyList = [], AssertionEncryptionMode } = await get("secret");
  expect(PrivateKeyList).toHaveLength(2);
  expect(PrivateKeyList.map(({ KeyId }) => KeyId)).not.toContain(first?.KeyId);
  expect(AssertionEncryptionMode).toBe("Allowed");
  expect(await refusal(change({ RemovePrivateKey: first?.KeyId }))).toEqual(
    noSuchEntity(`Private key ${first?.KeyId} cannot be found.`),
  );
  expect(await refusal(make("mute", metadata(), { AddPrivateKey: "no key" }))).toMatchObject({
    code: "InvalidInput",
  });
});

test("tags are merged, listed and removed", async () => {
  await make("tagged", metadata(), { Tags: [{ Key: "a", Value: "1" }] });
  const SAMLProviderArn = arnOf("tagged");
  await iam.send(new TagSAMLProviderCommand({ SAMLProviderArn, Tags: [{ Key: "b", Value: "2" }] }));
  await iam.send(new UntagSAMLProviderCommand({ SAMLProviderArn, TagKeys: ["a"] }));
  expect(await iam.send(new ListSAMLProviderTagsCommand({ SAMLProviderArn }))).toMatchObject({
    Tags: [{ Key: "b", Value: "2" }],
    IsTruncated: false,
  });
});

test("what can't be found", async () => {
  await make("Spelt");
  for (const name of ["nobody", "spelt"]) {
    const SAMLProviderArn = arnOf(name);
    const missing = noSuchEntity(`Manifest not found for arn ${SAMLProviderArn}`);
    expect(await refusal(iam.send(new GetSAMLProviderCommand({ SAMLProviderArn })))).toEqual(
      missing,
    );
    expect(
      await refusal(
        iam.send(
          new UpdateSAMLProviderCommand({ SAMLProviderArn, SAMLMetadataDocument: metadata() }),
        ),
      ),
    ).toEqual(missing);
    expect(await refusal(iam.send(new DeleteSAMLProviderCommand({ SAMLProviderArn })))).toEqual(
      missing,
    );
    expect(
      await refusal(iam.send(new TagSAMLProviderCommand({ SAMLProviderArn, Tags: [] }))),
    ).toEqual(missing);
    expect(
      await refusal(iam.send(new UntagSAMLProviderCommand({ SAMLProviderArn, TagKeys: ["x"] }))),
    ).toEqual(missing);
    expect(await refusal(iam.send(new ListSAMLProviderTagsCommand({ SAMLProviderArn })))).toEqual(
      missing,
    );
  }
});
