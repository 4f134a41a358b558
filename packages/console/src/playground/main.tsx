import "./no-eval.ts";
import "@cloudscape-design/global-styles/index.css";
import "@fontsource/roboto-mono/latin-400.css";
import "../console.css";
import messages from "virtual:cloudscape-messages";
import { I18nProvider } from "@cloudscape-design/components/i18n";
import { createRoot } from "react-dom/client";
import { applyTheme } from "../app/theme.ts";
import { PlaygroundPage } from "./playground-page.tsx";

applyTheme();
const root = document.getElementById("root");
if (root !== null)
  createRoot(root).render(
    <I18nProvider locale="en" messages={[messages]}>
      <PlaygroundPage />
    </I18nProvider>,
  );
