import "./trusted-types.ts";
import "@cloudscape-design/global-styles/index.css";
import "./console.css";
import { createRoot } from "react-dom/client";
import { Start } from "./app/start.tsx";
import { applyTheme } from "./app/theme.ts";

applyTheme();
const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<Start />);
