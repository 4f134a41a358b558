import { defineConfig } from "vitepress";
import { sidebar } from "./sidebar.ts";
import { linkToRepository } from "./repository-links.ts";

/** The folder that the site is served from, such as `/portcullis/`. */
const base = process.env.DOCS_BASE ?? "/";

export default defineConfig({
  title: "Portcullis",
  description: "IAM for your own HTTP APIs: AWS's policy language, signatures and rules",
  lang: "en",
  base,
  cleanUrls: false,
  lastUpdated: false,
  rewrites: { "decisions/README.md": "decisions/index.md" },
  srcExclude: ["reference/api/**/_media/**"],
  head: [["link", { rel: "icon", href: `${base}favicon.svg`, type: "image/svg+xml" }]],
  markdown: { config: (markdown) => linkToRepository(markdown, import.meta.dirname) },
  themeConfig: {
    nav: [
      { text: "Five minutes", link: "/five-minutes" },
      { text: "Protect your API", link: "/protect-your-api" },
      { text: "Reference", link: "/reference/" },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: "local" },
    footer: { message: "Released under the Apache License 2.0." },
    docFooter: { prev: "Previous", next: "Next" },
  },
});
