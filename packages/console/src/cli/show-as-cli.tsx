import ExpandableSection from "@cloudscape-design/components/expandable-section";
import { controlApi } from "../api/control-api.ts";
import type { Command } from "../api/operation.ts";
import { CodeBlock } from "../ui/code-block.tsx";
import { cliCommand } from "./cli-command.ts";

/** "Show as CLI" of a write. */
export function ShowAsCli({ commands }: { readonly commands: readonly Command[] }) {
  if (commands.length === 0) return null;
  const text = commands.map((command) => cliCommand(command, controlApi())).join("\n\n");
  return (
    <ExpandableSection headerText="Show as CLI" variant="footer">
      <CodeBlock text={text} what="Command" />
    </ExpandableSection>
  );
}
