import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate } from "react-router";
import { keepDraft, NEW_POLICY } from "../documents/draft.ts";
import { readableJson } from "../editor/format-json.ts";
import { CodeBlock } from "../ui/code-block.tsx";

/** Documents that were generated for a principal. The editor takes each as a new policy. */
export function GeneratedPolicies({ documents }: { readonly documents: readonly string[] }) {
  const navigate = useNavigate();
  return (
    <SpaceBetween size="m">
      {documents.map((document, at) => {
        const name = documents.length === 1 ? "Policy" : `Policy ${at + 1} of ${documents.length}`;
        const text = readableJson(document);
        return (
          <SpaceBetween key={document} size="xs">
            <CodeBlock text={text} what={name} />
            <Button
              onClick={() => {
                keepDraft(NEW_POLICY, { text, base: undefined });
                navigate("/create-policy");
              }}
            >
              {documents.length === 1 ? "Open in the editor" : `Open ${name} in the editor`}
            </Button>
          </SpaceBetween>
        );
      })}
    </SpaceBetween>
  );
}
