import {
  DeleteServerCertificateCommand,
  GetServerCertificateCommand,
  ListServerCertificatesCommand,
  ListServerCertificateTagsCommand,
  TagServerCertificateCommand,
  UntagServerCertificateCommand,
  UpdateServerCertificateCommand,
  UploadServerCertificateCommand,
  type UploadServerCertificateCommandInput,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "../../support/certificate.ts";
import { alreadyExists, limitExceeded, noSuchEntity } from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { refusal } from "../../support/refusal.ts";

let test: TestInstallation;
beforeAll(async () => {
  test = await startInstallation();
});
afterAll(() => test.stop());

const { certificate, privateKey } = makeCertificate("example.test");
const upload = (name: string, more: Partial<UploadServerCertificateCommandInput> = {}) =>
  test.iam.send(
    new UploadServerCertificateCommand({
      ServerCertificateName: name,
      CertificateBody: certificate,
      PrivateKey: privateKey,
      ...more,
    }),
  );
const get = async (ServerCertificateName: string) =>
  (await test.iam.send(new GetServerCertificateCommand({ ServerCertificateName })))
    .ServerCertificate;
const remove = (ServerCertificateName: string) =>
  test.iam.send(new DeleteServerCertificateCommand({ ServerCertificateName }));
const names = async (PathPrefix?: string) => {
  const input = PathPrefix === undefined ? {} : { PathPrefix };
  const answer = await test.iam.send(new ListServerCertificatesCommand(input));
  return answer.ServerCertificateMetadataList?.map((one) => one.ServerCertificateName);
};
const missing = (name: string) =>
  noSuchEntity(`The Server Certificate with name ${name} cannot be found.`);

describe("server certificates", () => {
  it("are given back without their private key", async () => {
    const chain = makeCertificate("chain").certificate;
    const { ServerCertificateMetadata } = await upload("Front", {
      Path: "/web/",
      CertificateChain: chain,
    });
    expect(ServerCertificateMetadata).toEqual({
      Path: "/web/",
      ServerCertificateName: "Front",
      ServerCertificateId: expect.stringMatching(/^ASCA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${test.account}:server-certificate/web/Front`,
      UploadDate: expect.any(Date),
      Expiration: new Date("2049-12-31T23:59:59.000Z"),
    });
    expect(await get("front")).toEqual({
      ServerCertificateMetadata,
      CertificateBody: certificate.trim(),
      CertificateChain: chain.trim(),
      Tags: [],
    });
    expect(await refusal(upload("FRONT"))).toEqual(
      alreadyExists("The Server Certificate with name FRONT already exists."),
    );
  });

  it("are renamed, listed by path in pages, and deleted", async () => {
    await upload("a", { Path: "/list/" });
    await upload("b", { Path: "/list/" });
    const first = await test.iam.send(
      new ListServerCertificatesCommand({ PathPrefix: "/list/", MaxItems: 1 }),
    );
    expect(first).toMatchObject({ IsTruncated: true });
    const more = { PathPrefix: "/list/", Marker: first.Marker };
    const rest = await test.iam.send(new ListServerCertificatesCommand(more));
    expect(rest.ServerCertificateMetadataList).toMatchObject([{ ServerCertificateName: "b" }]);
    const change = (
      ServerCertificateName: string,
      NewServerCertificateName: string,
      NewPath?: string,
    ) =>
      test.iam.send(
        new UpdateServerCertificateCommand({
          ServerCertificateName,
          NewServerCertificateName,
          ...(NewPath === undefined ? {} : { NewPath }),
        }),
      );
    expect(await refusal(change("a", "B"))).toEqual(
      alreadyExists("The Server Certificate with name B already exists."),
    );
    await change("a", "c", "/moved/");
    expect(await names("/moved/")).toEqual(["c"]);
    expect(await names("/list/")).toEqual(["b"]);
    expect(await refusal(change("a", "d"))).toEqual(missing("a"));
    await remove("c");
    expect(await refusal(remove("c"))).toEqual(missing("c"));
    expect(await refusal(get("c"))).toEqual(missing("c"));
    expect(await names("/moved/")).toEqual([]);
    await remove("b");
  });

  it("must be certificates whose private key is theirs", async () => {
    const other = makeCertificate("other").privateKey;
    const refused = async (more: Partial<UploadServerCertificateCommandInput>) =>
      (await refusal(upload("bad", more))).code;
    expect(await refused({ CertificateBody: "junk" })).toBe("MalformedCertificate");
    expect(await refused({ PrivateKey: "junk" })).toBe("MalformedCertificate");
    expect(await refused({ CertificateChain: "junk" })).toBe("MalformedCertificate");
    expect(await refused({ PrivateKey: other })).toBe("KeyPairMismatch");
    expect(await refusal(get("bad"))).toEqual(missing("bad"));
  });

  it("are twenty at most, also when they come at once", async () => {
    const sent = await Promise.allSettled(
      Array.from({ length: 22 }, (_, index) => upload(`many-${index}`)),
    );
    const won = sent.filter((one) => one.status === "fulfilled").length;
    expect(await names()).toHaveLength(20);
    expect(won).toBe(19);
    expect(await refusal(upload("one-more"))).toEqual(
      limitExceeded("Cannot exceed quota for ServerCertificatesPerAccount: 20"),
    );
  });

  it("carry tags", async () => {
    const ServerCertificateName = "Front";
    const Tags = [{ Key: "Team", Value: "a" }];
    const list = async (name = ServerCertificateName) =>
      (await test.iam.send(new ListServerCertificateTagsCommand({ ServerCertificateName: name })))
        .Tags;
    await test.iam.send(new TagServerCertificateCommand({ ServerCertificateName, Tags }));
    expect(await list()).toEqual(Tags);
    expect((await get("Front"))?.Tags).toEqual(Tags);
    await test.iam.send(
      new UntagServerCertificateCommand({ ServerCertificateName, TagKeys: ["TEAM"] }),
    );
    expect(await list()).toEqual([]);
    await remove("Front");
    const tagged = await upload("Front", { Tags });
    expect(tagged.Tags).toEqual(Tags);
    const none = { ServerCertificateName: "none" };
    expect(await refusal(list("none"))).toEqual(missing("none"));
    expect(
      await refusal(test.iam.send(new TagServerCertificateCommand({ ...none, Tags }))),
    ).toEqual(missing("none"));
    const TagKeys = ["a"];
    expect(
      await refusal(test.iam.send(new UntagServerCertificateCommand({ ...none, TagKeys }))),
    ).toEqual(missing("none"));
  });
});
