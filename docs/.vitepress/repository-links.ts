import { resolve, relative, sep } from "node:path";
import type { MarkdownRenderer } from "vitepress";

/** Where files of the repository can be read, without a trailing slash. */
const { DOCS_REPOSITORY, GITHUB_REPOSITORY, GITHUB_SERVER_URL } = process.env;
const repository =
  DOCS_REPOSITORY ??
  (GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/main`);

/**
 * Pages link to files beside `docs`, so that they can be read in the repository too. On the site
 * such a link leads to the repository. Without a known address its text stays, as no link.
 */
export function linkToRepository(markdown: MarkdownRenderer, config: string): void {
  const root = resolve(config, "../..");
  const docs = resolve(config, "..");
  markdown.core.ruler.push("repository-links", ({ tokens, env }) => {
    for (const { children } of tokens) {
      let dropped = false;
      for (const token of children ?? []) {
        if (token.type === "link_close" && dropped) {
          token.hidden = true;
          token.tag = "";
          token.type = "text";
          token.nesting = 0;
          dropped = false;
        }
        if (token.type !== "link_open") continue;
        const href = token.attrGet("href") ?? "";
        if (/^(?:[a-z]+:|[#/])/.test(href)) continue;
        const target = resolve(env.path, "..", href);
        if (target.startsWith(docs + sep)) continue;
        const path = relative(root, target).replaceAll(sep, "/");
        if (repository !== undefined) token.attrSet("href", `${repository}/${path}`);
        else {
          token.type = "text";
          token.tag = "";
          token.nesting = 0;
          token.attrs = null;
          dropped = true;
        }
      }
    }
  });
}
