import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startInstallation } from "../../support/harness.ts";

it.skipIf(process.platform === "win32")(
  "keeps all that it writes from other users of the machine, even in a folder that they may look into",
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "portcullis-"));
    chmodSync(directory, 0o755);
    for (const name of ["config", "credentials"])
      writeFileSync(join(directory, name), "", { mode: 0o644 });
    const installation = await startInstallation({ dataDirectory: directory });
    try {
      const files = readdirSync(directory).filter((name) => !name.startsWith("in-use-by."));
      expect(files).toEqual(expect.arrayContaining(["config", "credentials", "dynamodb.sqlite"]));
      const open = files.filter((name) => (statSync(join(directory, name)).mode & 0o077) !== 0);
      expect(open).toEqual([]);
    } finally {
      await installation.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  },
);
