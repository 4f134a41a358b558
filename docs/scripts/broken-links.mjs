import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * The links of a built site that lead nowhere: to a missing file, or to a missing anchor. Links to
 * other hosts are not followed.
 * @param folder of the site
 * @param base the path that it is served from, such as `/portcullis/`
 * @returns {readonly string[]} such as `index.html: /portcullis/nowhere.html`
 */
export function brokenLinks(folder, base) {
  const pages = new Map(
    globSync("**/*.html", { cwd: folder }).map((file) => [
      file,
      readFileSync(join(folder, file), "utf8"),
    ]),
  );
  const anchors = new Map([...pages].map(([file, html]) => [file, new Set(idsOf(html))]));
  return [...pages].flatMap(([file, html]) =>
    [...new Set(linksOf(html))]
      .filter((link) => !leadsSomewhere(link, file))
      .map((link) => `${file}: ${link}`),
  );

  function leadsSomewhere(link, file) {
    const origin = "http://site.invalid";
    const url = new URL(link, `${origin}${base}${file}`);
    if (url.origin !== origin) return true;
    const path = decodeURIComponent(url.pathname);
    if (!path.startsWith(base)) return false;
    const target = fileAt(path.slice(base.length));
    if (target === undefined) return false;
    const anchor = decodeURIComponent(url.hash.slice(1));
    return anchor === "" || !anchors.has(target) || anchors.get(target).has(anchor);
  }

  /** As a static file server finds it. */
  function fileAt(path) {
    const found = path === "" || path.endsWith("/") ? `${path}index.html` : path;
    const full = join(folder, found);
    return existsSync(full) && statSync(full).isFile() ? found : undefined;
  }
}

const idsOf = (html) => [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => unescaped(id));

const linksOf = (html) =>
  [...html.matchAll(/\s(?:href|src)="([^"]+)"/g)].map(([, link]) => unescaped(link));

const unescaped = (text) =>
  text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
