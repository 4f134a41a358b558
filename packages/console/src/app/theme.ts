import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";

const KEY = "portcullis.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let current = read();

dark.addEventListener("change", () => applyTheme());

/** Applies the chosen theme; `system` follows the operating system. */
export function applyTheme(): void {
  const isDark = current === "dark" || (current === "system" && dark.matches);
  applyMode(isDark ? Mode.Dark : Mode.Light);
  for (const listener of listeners) listener();
}

export function chooseTheme(theme: Theme): void {
  current = theme;
  localStorage.setItem(KEY, theme);
  applyTheme();
}

export const useTheme = (): Theme =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );

function read(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}
