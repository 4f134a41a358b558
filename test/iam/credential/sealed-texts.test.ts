import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { belongsToInstallation } from "@portcullis/iam/record/partition";
import { reseal } from "@portcullis/iam/sealed-texts";
import { expect, test } from "vitest";
import { memoryKeyRing } from "../../support/memory-key-ring.ts";

const from = memoryKeyRing();
const to = memoryKeyRing();

/** A record of each kind that holds secrets, each secret bound as the operations bind it. */
const RECORDS: Readonly<
  Record<string, { data: object; secrets: readonly (readonly [string, string])[] }>
> = {
  "key/AKIA1": {
    data: {
      id: "AKIA1",
      principal: { type: "Root", account: "1" },
      sealedSecret: from.seal(Buffer.from("s1"), "access-key/1/AKIA1"),
    },
    secrets: [["access-key/1/AKIA1", "s1"]],
  },
  "mfa-device/arn:aws:iam::1:mfa/p/phone": {
    data: {
      account: "1",
      path: "/P/",
      name: "Phone",
      sealedSeed: from.seal(Buffer.from("s2"), "mfa/arn:aws:iam::1:mfa/p/phone"),
    },
    secrets: [["mfa/arn:aws:iam::1:mfa/p/phone", "s2"]],
  },
  "saml-provider/corp": {
    data: {
      account: "1",
      uuid: "u",
      privateKeys: [
        { id: "A", sealedKey: from.seal(Buffer.from("s3"), "saml-private-key/1/u/A") },
        { id: "B", sealedKey: from.seal(Buffer.from("s4"), "saml-private-key/1/u/B") },
      ],
    },
    secrets: [
      ["saml-private-key/1/u/A", "s3"],
      ["saml-private-key/1/u/B", "s4"],
    ],
  },
  "server-certificate/web": {
    data: {
      id: "ASCA1",
      sealedPrivateKey: from.seal(Buffer.from("s5"), "server-certificate/ASCA1"),
    },
    secrets: [["server-certificate/ASCA1", "s5"]],
  },
};

test.each(Object.entries(RECORDS))(
  "the secrets of %s change their key, and nothing else",
  (partition, { data, secrets }) => {
    const resealed = JSON.stringify(reseal({ partition }, data, from, to));
    const texts = [...resealed.matchAll(/"sealed\w*":"([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(
      texts.map((text, index) => Buffer.from(to.open(text, secrets[index]?.[0] ?? "")).toString()),
    ).toEqual(secrets.map(([, secret]) => secret));
    const blank = (json: string) => json.replace(/("sealed\w*":)"[^"]+"/g, "$1x");
    expect(blank(resealed)).toBe(blank(JSON.stringify(data)));
  },
);

test("a record without secrets stays as it is, whatever its texts say", () => {
  const data = {
    name: "sealedSecret",
    tags: [{ key: "sealedSecret", value: "x" }],
    list: [null, 1, true],
  };
  expect(reseal({ partition: "user/bob" }, data, from, to)).toEqual(data);
});

test("a secret that the registry does not know is never left behind", () => {
  for (const [partition, data] of [
    ["key/AKIA1", { ...RECORDS["key/AKIA1"]?.data, sealedOther: "x" }],
    ["user/bob", { principal: { deep: [{ sealedSecret: "x" }] } }],
    ["toString/x", { sealedSecret: "x" }],
  ] as const)
    expect(() => reseal({ partition }, data, from, to)).toThrow(TypeError);
});

test("every sealed property that a record declares is known, or never leaves its installation", () => {
  const folder = join(import.meta.dirname, "../../../packages/iam/src/record");
  const declared = readdirSync(folder).flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    const kinds = [...text.matchAll(/partition: partitionOf\(\s*[`"]([\w-]+)/g)].map(
      (match) => match[1] ?? "",
    );
    const properties = [...text.matchAll(/readonly (sealed\w*)\??:/g)].map(
      (match) => match[1] ?? "",
    );
    return properties.map((property) => ({ file, kinds, property }));
  });
  expect(declared.length).toBeGreaterThanOrEqual(5);
  const tested = Object.entries(RECORDS).map(
    ([partition, { data }]) => `${partition} ${JSON.stringify(data)}`,
  );
  const unknown = declared.filter(
    ({ kinds, property }) =>
      !kinds.some((kind) => belongsToInstallation(kind)) &&
      !tested.some(
        (record) =>
          kinds.some((kind) => record.startsWith(`${kind}/`)) && record.includes(`"${property}"`),
      ),
  );
  expect(unknown).toEqual([]);
});
