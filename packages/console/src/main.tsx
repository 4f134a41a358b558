import "./trusted-types.ts";
import "@cloudscape-design/global-styles/index.css";
// The last version whose font is under the Apache License; later ones are not.
import "@fontsource/roboto-mono/latin-400.css";
import "./console.css";
import { createRoot } from "react-dom/client";
import { Start } from "./app/start.tsx";
import { applyTheme } from "./app/theme.ts";

applyTheme();
const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<Start />);
