import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runAccountCommand } from "../../packages/local/src/accounts/command.ts";
import { startInstallation } from "../support/harness.ts";

const folder = mkdtempSync(join(tmpdir(), "portcullis-recover-root-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const command = (...argv: string[]) =>
  runAccountCommand(["recover-root", ...argv], { PORTCULLIS_DATA_DIR: folder }, new Date());

it("an operator makes a recovery code on a stopped installation", async () => {
  const first = await startInstallation({ dataDirectory: folder });
  const { account } = first;
  await first.stop();

  const lines = await command(account);
  const [, code = ""] = /\(root@localhost\): ([A-Z0-9-]{35})$/m.exec(lines) ?? [];
  expect(lines).toContain(`the root user of account ${account}`);
  expect(lines).toMatch(/one use until \d{4}-\d\d-\d\dT/);

  const second = await startInstallation({ dataDirectory: folder });
  const response = await fetch(`${second.local.controlUrl}/signin`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      account,
      email: "root@localhost",
      recoveryCode: code,
      newPassword: "a new Password 1!",
    }),
  });
  expect(response.status).toBe(200);
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
