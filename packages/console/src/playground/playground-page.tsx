import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useEffect, useMemo, useState } from "react";
import { chooseTheme, type Theme, useTheme } from "../app/theme.ts";
import { Choice } from "../editor/visual/choice.tsx";
import { EMPTY, EXAMPLE } from "./example.ts";
import { MOST_LINK } from "./link.ts";
import { PoliciesTab } from "./policies-tab.tsx";
import type { Project } from "./project.ts";
import { servicesOf } from "./services.ts";
import { ServicesTab } from "./services-tab.tsx";
import { SimulatorTab } from "./simulator-tab.tsx";
import { TestsTab } from "./tests-tab.tsx";
import { useProject } from "./use-project.ts";
import "../editor/editor.css";
import "./playground.css";

const THEMES: readonly { readonly value: Theme; readonly label: string }[] = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

/** Policies, the simulator and policy tests, without an installation and without a server. */
export function PlaygroundPage() {
  const { project, change, replace, isLinkBroken, isTooLarge } = useProject();
  return (
    <>
      <header className="playground-bar">
        <strong>Portcullis</strong>
        <ThemeChoice />
      </header>
      <main className="playground">
        <SpaceBetween size="l">
          <Header
            variant="h1"
            description="Write, simulate and test policies. Nothing leaves your browser."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button onClick={() => replace(EMPTY)}>Start empty</Button>
                <Button onClick={() => replace(EXAMPLE)}>Show the example</Button>
                <CopyLink isTooLarge={isTooLarge} />
              </SpaceBetween>
            }
          >
            Policy playground
          </Header>
          {isLinkBroken && (
            <Alert type="error" header="This link can't be read">
              It was cut or changed on its way. Below is the example.
            </Alert>
          )}
          {isTooLarge && (
            <Alert type="warning" header="Too large for a link">
              A link holds {MOST_LINK.toLocaleString("en")} characters, compressed. What is here is
              kept until this tab is closed or loaded again: download what you need.
            </Alert>
          )}
          {project !== undefined && <Parts project={project} onChange={change} />}
        </SpaceBetween>
      </main>
    </>
  );
}

function Parts({
  project,
  onChange,
}: {
  readonly project: Project;
  readonly onChange: (part: Partial<Project>) => void;
}) {
  const { files, requests } = project;
  const [tab, setTab] = useState("policies");
  const [saved, setSaved] = useState<string>();
  const services = useMemo(() => servicesOf(files), [files]);
  const setFiles = (next: Project["files"]) => onChange({ files: next });
  return (
    <Tabs
      ariaLabel="Parts of the playground"
      activeTabId={tab}
      onChange={({ detail }) => setTab(detail.activeTabId)}
      tabs={[
        {
          id: "policies",
          label: "Policies",
          content: <PoliciesTab files={files} services={services.indexed} onChange={setFiles} />,
        },
        {
          id: "simulator",
          label: "Simulator",
          content: (
            <SimulatorTab
              files={files}
              requests={requests}
              onRequests={(next) => onChange({ requests: next })}
              onSaved={(file) => {
                setFiles([...files, file]);
                setSaved(file.path);
                setTab("tests");
              }}
            />
          ),
        },
        {
          id: "tests",
          label: "Tests",
          content: <TestsTab files={files} first={saved} onChange={setFiles} />,
        },
        {
          id: "services",
          label: "Services",
          content: <ServicesTab files={files} faults={services.faults} onChange={setFiles} />,
        },
      ].map((part) => ({ ...part, content: tab === part.id && part.content }))}
    />
  );
}

function ThemeChoice() {
  return (
    <Choice
      label="Colors"
      isLabelHidden={true}
      options={THEMES}
      value={useTheme()}
      onChange={(theme) =>
        chooseTheme(THEMES.find(({ value }) => value === theme)?.value ?? "system")
      }
    />
  );
}

/** The address changes a moment after the project: the button copies it as it is then. */
function CopyLink({ isTooLarge }: { readonly isTooLarge: boolean }) {
  const [href, setHref] = useState(location.href);
  useEffect(() => {
    const timer = setInterval(() => setHref(location.href), 200);
    return () => clearInterval(timer);
  }, []);
  return (
    <CopyToClipboard
      copyButtonText="Copy link"
      copyButtonAriaLabel="Copy link to this playground"
      copySuccessText="Link copied"
      copyErrorText="The link could not be copied"
      disabled={isTooLarge}
      textToCopy={href}
    />
  );
}
