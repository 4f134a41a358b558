import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateOrganizationCommand } from "@aws-sdk/client-organizations";
import { afterAll, expect, it } from "vitest";
import { runAccountCommand } from "../../../packages/local/src/accounts/command.ts";
import { startInstallation } from "../../support/harness.ts";
import { openMember } from "../../support/root-access.ts";

const folder = mkdtempSync(join(tmpdir(), "portcullis-recover-root-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const account = (...argv: string[]) =>
  runAccountCommand(
    argv,
    { PORTCULLIS_DATA_DIR: folder, PORTCULLIS_EXPORT_PASSPHRASE: "correct horse battery staple" },
    new Date(),
  );
const command = (...argv: string[]) => account("recover-root", ...argv);

it("an operator makes a recovery code on a stopped installation", async () => {
  const first = await startInstallation({ dataDirectory: folder });
  const { account: id } = first;
  await first.stop();

  const lines = await command(id);
  const [, code = ""] = /\(root@localhost\): ([A-Z0-9-]{35})$/m.exec(lines) ?? [];
  expect(lines).toContain(`the root user of account ${id}`);
  expect(lines).toMatch(/one use until \d{4}-\d\d-\d\dT/);

  const second = await startInstallation({ dataDirectory: folder });
  const response = await fetch(`${second.local.controlUrl}/signin`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      account: id,
      email: "root@localhost",
      recoveryCode: code,
      newPassword: "a new Password 1!",
    }),
  });
  expect(response.status).toBe(200);
  await second.stop();
});

it("an export holds no code that an import accepts", { timeout: 60_000 }, async () => {
  const first = await startInstallation({ dataDirectory: folder });
  await first.organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const member = await openMember(first.organizations, "tenant");
  await first.stop();
  const [, code = ""] = /: ([A-Z0-9-]{35})$/m.exec(await command(member)) ?? [];
  const file = join(folder, "tenant.export");
  await account("export", member, "--to", file);
  await account("import", file, "--replace");

  const second = await startInstallation({ dataDirectory: folder });
  const response = await fetch(`${second.local.controlUrl}/signin`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      account: member,
      email: "root@tenant.example",
      recoveryCode: code,
      newPassword: "a new Password 1!",
    }),
  });
  expect([code.length, response.status]).toEqual([35, 401]);
  await second.stop();
});

it("it names what is wrong", async () => {
  await expect(command("tenant")).rejects.toThrow(
    "An account is named by its 12 digits, not `tenant`.",
  );
  await expect(command("999999999999")).rejects.toThrow(
    "Account 999999999999 is not in this installation.",
  );
  await expect(command("100000000000", "--remove")).rejects.toThrow(
    "`recover-root` has no option --remove.",
  );
});
