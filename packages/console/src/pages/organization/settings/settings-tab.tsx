import {
  DisableOrganizationsRootCredentialsManagementCommand,
  DisableOrganizationsRootSessionsCommand,
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  type FeatureType,
  ListOrganizationsFeaturesCommand,
} from "@aws-sdk/client-iam";
import {
  DisablePolicyTypeCommand,
  EnablePolicyTypeCommand,
  type Root,
} from "@aws-sdk/client-organizations";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { iam } from "../../../api/clients.ts";
import { Panel } from "../../../ui/panel.tsx";
import { type Query, useQuery } from "../../../ui/use-query.ts";
import { type Feature, FeatureList } from "./feature-list.tsx";

/** What is enabled in the organization: policy types, and work on root users of members. */
export function SettingsTab({ root }: { readonly root: Query<Root> }) {
  const features = useQuery(async (abortSignal) => {
    const answer = await iam(new ListOrganizationsFeaturesCommand({}), { abortSignal });
    return answer.EnabledFeatures ?? [];
  }, []);
  return (
    <SpaceBetween size="l">
      <Panel title="Policy types" query={root}>
        {(data) => <FeatureList features={[serviceControl(data)]} onDone={root.reload} />}
      </Panel>
      <Panel
        title="Root users of member accounts"
        description="What this account may do with the root users of the others, by sts:AssumeRoot."
        query={features}
      >
        {(enabled) => <FeatureList features={rootFeatures(enabled)} onDone={features.reload} />}
      </Panel>
    </SpaceBetween>
  );
}

function serviceControl({ Id: RootId, PolicyTypes = [] }: Root): Feature {
  const PolicyType = "SERVICE_CONTROL_POLICY";
  return {
    name: "Service control policies",
    isEnabled: PolicyTypes.some(({ Type, Status }) => Type === PolicyType && Status === "ENABLED"),
    description: "Limits on what member accounts can be allowed.",
    enabling: "FullAWSAccess is attached everywhere, so nothing is denied until you attach others.",
    disabling: "All service control policies are detached from all targets, and stop to limit.",
    enable: new EnablePolicyTypeCommand({ RootId, PolicyType }),
    disable: new DisablePolicyTypeCommand({ RootId, PolicyType }),
    doneWhen: ["PolicyTypeAlreadyEnabled", "PolicyTypeNotEnabled"],
  };
}

const rootFeatures = (enabled: readonly FeatureType[]): readonly Feature[] => [
  {
    name: "Management of root credentials",
    isEnabled: enabled.includes("RootCredentialsManagement"),
    description: "Delete or recover the credentials of member accounts' root users.",
    enabling: "iam.amazonaws.com must be a trusted service of the organization.",
    disabling: "Root users of member accounts keep the credentials that they have.",
    enable: new EnableOrganizationsRootCredentialsManagementCommand({}),
    disable: new DisableOrganizationsRootCredentialsManagementCommand({}),
  },
  {
    name: "Root sessions",
    isEnabled: enabled.includes("RootSessions"),
    description: "Do single tasks that only root users can do in member accounts.",
    enabling: "iam.amazonaws.com must be a trusted service of the organization.",
    disabling: "Sessions that were given hold until they expire.",
    enable: new EnableOrganizationsRootSessionsCommand({}),
    disable: new DisableOrganizationsRootSessionsCommand({}),
  },
];
