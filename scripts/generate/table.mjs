/** A Markdown table. A bar in a cell would end it, and braces of Vue's are text. */
export function table(head, rows) {
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map(cell).join(" | ")} |`)
    .join("\n");
}

const cell = (text) => text.replaceAll("\n", " ").replaceAll("|", "\\|");
