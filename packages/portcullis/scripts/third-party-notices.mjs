// The licences of what the build bundles. Apache-2.0, MIT, BSD and ISC ask that they be passed on.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Folders of the packages that chunks have code of, from all builds of this process. */
const folders = new Set();

/** A plugin of Rolldown that notes which packages' code is in the output. */
export function collectNotices() {
  return {
    name: "third-party-notices",
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        for (const [id, { renderedLength }] of Object.entries(chunk.modules ?? {})) {
          const folder = packageFolder(id);
          if (renderedLength > 0 && folder !== undefined) folders.add(folder);
        }
      }
    },
  };
}

/**
 * The text of THIRD-PARTY-NOTICES.txt.
 * @param {{ name: string, version: string, identifier: string, text: string }[]} others packages
 *   that another build bundled
 * @throws {Error} naming a package without a licence
 */
export function notices(others) {
  const foreign = others.filter(({ name }) => !name.startsWith("@portcullis/"));
  const sections = [...[...folders].map(section), ...foreign.map(sectionOf)].sort();
  return `Portcullis contains code of these packages.\n\n${[...new Set(sections)].join("\n")}`;
}

function section(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8");
  return sectionOf({ name, version, identifier: license, text });
}

function sectionOf({ name, version, identifier, text }) {
  if (typeof identifier !== "string") throw new Error(`${name} names no licence`);
  const quoted = text ? `\n${text.trim()}\n` : "";
  return `${"-".repeat(72)}\n${name} ${version} (${identifier})\n${quoted}`;
}

/** The package of a module in node_modules. A nested package.json without a name marks formats only. */
function packageFolder(id) {
  const path = id.replace(/^\0/, "").replace(/\?.*/, "");
  if (!path.includes("/node_modules/") || path.includes("/node_modules/@portcullis/"))
    return undefined;
  for (let folder = dirname(path); folder.includes("/node_modules/"); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version) return folder;
  }
  return undefined;
}
