import { defineConfig } from "vitepress";
import { linkToRepository } from "./repository-links.ts";
import { sidebar } from "./sidebar.ts";

/** The folder that the site is served from, such as `/portcullis/`. */
const base = process.env.DOCS_BASE ?? "/";

export default defineConfig({
  title: "Portcullis",
  description: "IAM for your own HTTP APIs: AWS's policy language, signatures and rules",
  lang: "en",
  base,
  cleanUrls: false,
  lastUpdated: false,
  head: [["link", { rel: "icon", href: `${base}favicon.svg`, type: "image/svg+xml" }]],
  markdown: {
    // As in the repository, so that one link works in both.
    anchor: { slugify: githubSlug },
    config: (markdown) => linkToRepository(markdown, import.meta.dirname),
  },
  themeConfig: {
    nav: [
      { text: "Five minutes", link: "/five-minutes" },
      { text: "Protect your API", link: "/protect-your-api" },
      { text: "Reference", link: "/reference/" },
      // It is beside the pages, and no page of the site's own.
      { text: "Playground", link: "/playground/", target: "_self", noIcon: true },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: "local" },
    footer: { message: "Released under the Apache License 2.0." },
    docFooter: { prev: "Previous", next: "Next" },
  },
});

/** The anchor that GitHub gives a heading. */
function githubSlug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
