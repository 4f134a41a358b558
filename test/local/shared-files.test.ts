import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  sharedFiles,
  writeConfig,
  writeCredentials,
  writtenKeyId,
} from "../../packages/local/src/shared-files.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(`${tmpdir()}/portcullis-files-`);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const key = { accessKeyId: "AKIAPORTCULLISROOT01", secretAccessKey: "a secret" };
const read = (file: string) => readFileSync(file, "utf8");

describe("AWS's shared files", () => {
  test("are made with one profile, for their owner alone", () => {
    const { config, credentials } = sharedFiles(directory);
    expect(writtenKeyId({ config, credentials })).toBeUndefined();
    writeConfig(directory, "http://127.0.0.1:4000");
    writeCredentials(directory, key);
    expect(read(config)).toBe(
      "[profile portcullis]\nregion = us-east-1\noutput = json\nendpoint_url = http://127.0.0.1:4000\n",
    );
    expect(read(credentials)).toBe(
      "[portcullis]\naws_access_key_id = AKIAPORTCULLISROOT01\naws_secret_access_key = a secret\n",
    );
    expect(writtenKeyId({ config, credentials })).toBe(key.accessKeyId);
    for (const file of [config, credentials]) expect(statSync(file).mode & 0o077).toBe(0);
  });

  test("keep what somebody else wrote, when the endpoint or the key changes", () => {
    const { config, credentials } = sharedFiles(directory);
    const first = "[profile ana]\nregion = eu-west-3\ns3 =\n  addressing_style = path";
    const last = "[profile reader]\nsource_profile = ana\nendpoint_url = http://127.0.0.1:1";
    const own = "[profile portcullis]\ncli_pager =\nendpoint_url=http://127.0.0.1:9\n";
    writeFileSync(config, `${first}\n\n${own}\n${last}\n`, { mode: 0o644 });
    writeConfig(directory, "http://127.0.0.1:4000");
    const written =
      "[profile portcullis]\nregion = us-east-1\noutput = json\nendpoint_url = http://127.0.0.1:4000\ncli_pager =\n";
    expect(read(config)).toBe(`${first}\n\n${written}\n${last}\n`);
    expect(statSync(config).mode & 0o077).toBe(0);

    const ana = "[ana]\naws_access_key_id = AKIAANA\naws_secret_access_key = hers";
    writeFileSync(credentials, `${ana}\n`);
    expect(writtenKeyId({ config, credentials })).toBeUndefined();
    for (const secretAccessKey of ["one", "two"])
      writeCredentials(directory, { ...key, secretAccessKey });
    expect(read(credentials)).toBe(
      `${ana}\n\n[portcullis]\naws_access_key_id = AKIAPORTCULLISROOT01\naws_secret_access_key = two\n`,
    );
  });
});
