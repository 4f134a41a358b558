import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import type { Command } from "../../../api/operation.ts";
import { Status } from "../../../ui/status.tsx";
import { WriteDialog } from "../../../writes/write-dialog.tsx";

/** Something of the organization that can be enabled and disabled. */
export interface Feature {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly description: string;
  /** What enabling it means. */
  readonly enabling: string;
  readonly disabling: string;
  readonly enable: Command;
  readonly disable: Command;
  readonly doneWhen?: readonly string[];
}

export function FeatureList({
  features,
  onDone,
}: {
  readonly features: readonly Feature[];
  readonly onDone: () => Promise<void>;
}) {
  const [switching, setSwitching] = useState<Feature>();
  const verb = switching?.isEnabled ? "Disable" : "Enable";
  return (
    <>
      <ul className="nudges">
        {features.map((feature) => {
          const { name, isEnabled, description } = feature;
          return (
            <li key={name}>
              <Status
                type={isEnabled ? "success" : "stopped"}
                label={isEnabled ? "Enabled" : "Disabled"}
              >
                <strong>{name}</strong>: {isEnabled ? "enabled" : "disabled"}. {description}
              </Status>
              <Button
                ariaLabel={`${isEnabled ? "Disable" : "Enable"} ${name.toLowerCase()}`}
                onClick={() => setSwitching(feature)}
              >
                {isEnabled ? "Disable" : "Enable"}
              </Button>
            </li>
          );
        })}
      </ul>
      {switching !== undefined && (
        <WriteDialog
          title={`${verb} ${switching.name.toLowerCase()}?`}
          confirm={verb}
          writes={[
            {
              label: `${verb} ${switching.name.toLowerCase()}`,
              command: switching.isEnabled ? switching.disable : switching.enable,
              doneWhen: switching.doneWhen ?? [],
            },
          ]}
          done={`${verb}d ${switching.name.toLowerCase()}.`}
          onDone={onDone}
          onClose={() => setSwitching(undefined)}
        >
          {switching.isEnabled ? switching.disabling : switching.enabling}
        </WriteDialog>
      )}
    </>
  );
}
