import { spawn } from "node:child_process";

/** The command that opens a URL, by platform. No shell reads the URL. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** Opens a URL in the person's browser. What it can't open, the person opens by hand. */
export function openBrowser(url: string, env: NodeJS.ProcessEnv): void {
  const [command = "", ...args] = env.BROWSER
    ? [env.BROWSER]
    : (OPENERS[process.platform] ?? ["xdg-open"]);
  const child = spawn(command, [...args, url], { detached: true, stdio: "ignore" });
  child.on("error", () => {});
  child.unref();
}
