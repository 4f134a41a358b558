import { generateKeyPairSync } from "node:crypto";
import {
  CreateUserCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserCommand,
  GetSSHPublicKeyCommand,
  ListSSHPublicKeysCommand,
  type StatusType,
  UpdateSSHPublicKeyCommand,
  UploadSSHPublicKeyCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deleteConflict, limitExceeded, noSuchEntity } from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { refusal } from "../../support/refusal.ts";

let test: TestInstallation;
beforeAll(async () => {
  test = await startInstallation();
});
afterAll(() => test.stop());

const createUser = (UserName: string) => test.iam.send(new CreateUserCommand({ UserName }));
const deleteUser = (UserName: string) => test.iam.send(new DeleteUserCommand({ UserName }));
const noUser = noSuchEntity("The user with name nobody cannot be found.");

describe("SSH public keys", () => {
  const newKey = (modulusLength = 2048) =>
    generateKeyPairSync("rsa", { modulusLength })
      .publicKey.export({ type: "spki", format: "pem" })
      .toString();
  const upload = async (UserName: string, SSHPublicKeyBody: string) =>
    (await test.iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody })))
      .SSHPublicKey;
  const get = async (
    UserName: string,
    SSHPublicKeyId: string | undefined,
    Encoding: "SSH" | "PEM",
  ) =>
    (await test.iam.send(new GetSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Encoding })))
      .SSHPublicKey;
  const list = async (UserName: string) =>
    (await test.iam.send(new ListSSHPublicKeysCommand({ UserName }))).SSHPublicKeys;
  const update = (UserName: string, SSHPublicKeyId: string | undefined, Status: StatusType) =>
    test.iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status }));
  const remove = (UserName: string, SSHPublicKeyId: string | undefined) =>
    test.iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId }));

  it("are given back in either encoding", async () => {
    await createUser("ssh");
    const pem = newKey();
    const key = await upload("ssh", pem);
    expect(key).toEqual({
      UserName: "ssh",
      SSHPublicKeyId: expect.stringMatching(/^APKA[A-Z2-7]{17}$/),
      Fingerprint: expect.stringMatching(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/),
      SSHPublicKeyBody: pem,
      Status: "Active",
      UploadDate: expect.any(Date),
    });
    const ssh = await get("ssh", key?.SSHPublicKeyId, "SSH");
    expect(ssh?.SSHPublicKeyBody).toMatch(/^ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB[\w+/]+=*$/);
    expect((await get("ssh", key?.SSHPublicKeyId, "PEM"))?.SSHPublicKeyBody).toBe(pem);

    await createUser("same-key");
    const other = await upload("same-key", `${ssh?.SSHPublicKeyBody} comment@host\n`);
    expect(other?.Fingerprint).toBe(key?.Fingerprint);
    expect((await get("same-key", other?.SSHPublicKeyId, "PEM"))?.SSHPublicKeyBody).toBe(pem);
    expect(await refusal(upload("ssh", ssh?.SSHPublicKeyBody ?? ""))).toMatchObject({
      code: "DuplicateSSHPublicKey",
      status: 400,
    });
  });

  it("are listed, switched and deleted", async () => {
    const [key] = (await list("ssh")) ?? [];
    expect(Object.keys(key ?? {}).sort()).toEqual([
      "SSHPublicKeyId",
      "Status",
      "UploadDate",
      "UserName",
    ]);
    await update("ssh", key?.SSHPublicKeyId, "Inactive");
    expect(await list("ssh")).toMatchObject([{ Status: "Inactive" }]);
    expect(await refusal(deleteUser("ssh"))).toEqual(
      deleteConflict("Cannot delete entity, must remove referenced objects first."),
    );
    await remove("ssh", key?.SSHPublicKeyId);
    expect(await list("ssh")).toEqual([]);
    const gone = noSuchEntity(`The Public Key with id ${key?.SSHPublicKeyId} cannot be found.`);
    expect(await refusal(remove("ssh", key?.SSHPublicKeyId))).toEqual(gone);
    expect(await refusal(update("ssh", key?.SSHPublicKeyId, "Active"))).toEqual(gone);
    expect(await refusal(get("ssh", key?.SSHPublicKeyId, "SSH"))).toEqual(gone);
    await deleteUser("ssh");
  });

  it("must be RSA keys of 2,048 bits, five at most", async () => {
    await createUser("keys");
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const bodies = [
      ["hello", "UnrecognizedPublicKeyEncoding"],
      ["-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "InvalidPublicKey"],
      ["ssh-rsa AAAA", "InvalidPublicKey"],
      ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==", "InvalidPublicKey"],
      [newKey(1024), "InvalidPublicKey"],
      [ec.publicKey.export({ type: "spki", format: "pem" }).toString(), "InvalidPublicKey"],
      [ec.privateKey.export({ type: "pkcs8", format: "pem" }).toString(), "InvalidPublicKey"],
    ] as const;
    for (const [body, code] of bodies) {
      expect(await refusal(upload("keys", body)), body).toMatchObject({ code, status: 400 });
    }
    for (let index = 0; index < 5; index++) await upload("keys", newKey());
    expect(await refusal(upload("keys", newKey()))).toEqual(
      limitExceeded("Cannot exceed quota for SSHPublicKeysPerUser: 5"),
    );
  });

  it("name the user that is missing", async () => {
    expect(await refusal(upload("nobody", newKey()))).toEqual(noUser);
    expect(await refusal(list("nobody"))).toEqual(noUser);
    const id = "APKAAAAAAAAAAAAAAAAAA";
    expect(await refusal(get("nobody", id, "SSH"))).toEqual(noUser);
    expect(await refusal(update("nobody", id, "Active"))).toEqual(noUser);
    expect(await refusal(remove("nobody", id))).toEqual(noUser);
  });
});
