import { defineConfig } from "vite";
import { sharedPlugins } from "./build/shared-plugins.ts";

export default defineConfig({
  root: import.meta.dirname,
  base: "/console/",
  plugins: sharedPlugins(import.meta.dirname),
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
