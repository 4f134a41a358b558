import { join } from "node:path";
import react from "@vitejs/plugin-react";
import type { PluginOption } from "vite";
import { fontsAsFiles } from "./fonts-as-files.ts";
import { unusedParsers } from "./unused-parsers.ts";
import { usedMessages } from "./used-messages.ts";

/** What the console and the playground are built with. @param directory the package */
export const sharedPlugins = (directory: string): PluginOption[] => [
  fontsAsFiles(),
  usedMessages(join(directory, "src")),
  unusedParsers(),
  react(),
];
