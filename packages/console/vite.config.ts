import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { fontsAsFiles } from "./build/fonts-as-files.ts";
import { unusedParsers } from "./build/unused-parsers.ts";
import { usedMessages } from "./build/used-messages.ts";

export default defineConfig({
  root: import.meta.dirname,
  base: "/console/",
  plugins: [fontsAsFiles(), usedMessages(), unusedParsers(), react()],
  build: {
    target: "es2023",
    // A data: URI of a font or script would violate the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The bundle test reads which files a page loads.
    manifest: true,
    // The npm package passes on the licences of what is bundled.
    license: { fileName: ".vite/licenses.json" },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
});
