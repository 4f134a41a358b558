import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const FONT = /url\('data:font\/woff2;(?:charset=[\w-]+;)?base64,([A-Za-z0-9+/=]+)'\)/g;

/**
 * Writes the fonts that Cloudscape's global styles carry as data URIs to files, so that the style
 * sheet stays small, a browser loads only the fonts in use, and `font-src 'self'` suffices.
 */
export function fontsAsFiles(): Plugin {
  let cache = "";
  return {
    name: "fonts-as-files",
    enforce: "pre",
    configResolved(config) {
      cache = join(config.cacheDir, "fonts");
    },
    load(id) {
      if (!/@cloudscape-design\/global-styles\/index\.css$/.test(id)) return undefined;
      mkdirSync(cache, { recursive: true });
      const css = readFileSync(id, "utf8");
      const written = css.replaceAll(FONT, (_, base64: string) => {
        const bytes = Buffer.from(base64, "base64");
        const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
        const file = join(cache, `open-sans-${hash}.woff2`);
        writeFileSync(file, bytes);
        return `url('${file}')`;
      });
      if (written.includes("data:font")) throw new Error(`a font of ${id} has another form`);
      return written;
    },
  };
}
