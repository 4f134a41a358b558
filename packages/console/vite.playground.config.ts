import { join } from "node:path";
import { defineConfig } from "vite";
import { sharedPlugins } from "./build/shared-plugins.ts";

/** The playground: static files for any folder of any server. */
export default defineConfig({
  root: join(import.meta.dirname, "playground"),
  publicDir: join(import.meta.dirname, "public"),
  // Addresses are relative, so that the folder may have any name.
  base: "./",
  plugins: sharedPlugins(import.meta.dirname),
  build: {
    outDir: join(import.meta.dirname, "dist-playground"),
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
  },
});
