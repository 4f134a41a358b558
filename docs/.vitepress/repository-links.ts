import { relative, resolve, sep } from "node:path";
import type { MarkdownRenderer } from "vitepress";

/** Where files of the repository can be read, without a trailing slash. */
const { DOCS_REPOSITORY, GITHUB_REPOSITORY, GITHUB_SERVER_URL } = process.env;
const repository =
  DOCS_REPOSITORY ?? (GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/main`);

/**
 * Pages link to files beside `docs`, so that they can be read in the repository too. On the site
 * such a link leads to the repository. Without a known address its text stays, as no link.
 */
export function linkToRepository(markdown: MarkdownRenderer, config: string): void {
  const root = resolve(config, "../..");
  const docs = resolve(config, "..");
  markdown.core.ruler.push("repository-links", ({ tokens, env }) => {
    for (const token of tokens) {
      let isDropped = false;
      token.children =
        token.children?.filter((child) => {
          if (child.type === "link_close") return !isDropped;
          if (child.type !== "link_open") return true;
          const href = child.attrGet("href") ?? "";
          const target = resolve(env.path, "..", href);
          isDropped = false;
          if (/^(?:[a-z]+:|[#/])/.test(href) || target.startsWith(docs + sep)) return true;
          if (repository === undefined) isDropped = true;
          else
            child.attrSet("href", `${repository}/${relative(root, target).replaceAll(sep, "/")}`);
          return !isDropped;
        }) ?? null;
    }
  });
}
