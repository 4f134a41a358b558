import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isPackaged, packedDirectory, unpackedDirectory } from "./chromium-files.ts";

const ARCHIVES = ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"];

/** The package's own configuration looks for the fonts in `/tmp/fonts`. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="relative">cache</cachedir>
</fontconfig>
`;

/**
 * Vitest's global set-up: unpacks the browser before any test starts. The package unpacks into
 * `TMPDIR` and takes whatever file is there, half-written too; so it gets a directory of its own,
 * which has its final name only when it is complete.
 */
export default function unpackChromium(): void {
  if (!isPackaged || existsSync(unpackedDirectory)) return;
  const unfinished = `${unpackedDirectory}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const archives = ARCHIVES.map((name) => join(packedDirectory, name));
  const script = `
    import { inflate } from "@sparticuz/chromium";
    await Promise.all(${JSON.stringify(archives)}.map((archive) => inflate(archive)));
  `;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: unfinished },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the browser could not be unpacked: ${stderr}`);
  writeFileSync(join(unfinished, "fonts/fonts.conf"), FONTS);
  try {
    renameSync(unfinished, unpackedDirectory);
  } catch (error) {
    // Another run was faster.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(unpackedDirectory)) throw error;
  }
}
