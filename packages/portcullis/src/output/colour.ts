import { styleText } from "node:util";

export type Style = "red" | "green" | "yellow" | "cyan" | "dim" | "bold";

/**
 * Colours text for a terminal. `NO_COLOR` and `FORCE_COLOR` count (https://no-color.org); anywhere
 * but on a terminal there is no colour.
 */
export function coloured(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
