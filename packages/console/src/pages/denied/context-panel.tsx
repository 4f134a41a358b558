import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import type { DecisionDescription } from "@portcullis/control-api/portcullis-client";

/** The condition keys of the request, and those that policies asked for in vain. */
export function ContextPanel({ decision }: { readonly decision: DecisionDescription }) {
  const { ContextEntries = [], MissingContextKeys = [] } = decision;
  return (
    <ExpandableSection
      variant="container"
      headerText="Context keys"
      headerCounter={`(${ContextEntries.length})`}
      headerDescription="What conditions of policies could read of the request."
    >
      <SpaceBetween size="m">
        {MissingContextKeys.length > 0 && (
          <Box variant="p">
            Policies ask for these keys, and the request did not have them:{" "}
            <span className="break">{MissingContextKeys.join(", ")}</span>
          </Box>
        )}
        <Table
          variant="embedded"
          items={ContextEntries}
          trackBy="ContextKeyName"
          wrapLines={true}
          ariaLabels={{ tableLabel: "Context keys" }}
          empty="The request had none."
          columnDefinitions={[
            {
              id: "key",
              header: "Key",
              isRowHeader: true,
              minWidth: 160,
              cell: ({ ContextKeyName }) => <span className="break">{ContextKeyName}</span>,
            },
            {
              id: "values",
              header: "Values",
              minWidth: 200,
              cell: ({ ContextKeyValues }) => (
                <bdi className="break">{ContextKeyValues.join(", ")}</bdi>
              ),
            },
          ]}
        />
      </SpaceBetween>
    </ExpandableSection>
  );
}
