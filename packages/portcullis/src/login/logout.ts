import type { Command } from "commander";
import { print } from "../output/write-report.ts";
import { profileOption } from "./login.ts";
import { checkProfileName, readProfile } from "./profile.ts";
import { deleteLogin } from "./token-cache.ts";

export function addLogout(root: Command): void {
  root
    .command("logout")
    .description("delete the credentials of a login; the profile stays for the next one")
    .addOption(profileOption())
    .action(run);
}

function run({ profile }: { readonly profile: string }): void {
  checkProfileName(profile);
  const found = readProfile(profile, process.env);
  const wasLoggedIn = found !== undefined && deleteLogin(found.session, process.env);
  print(
    wasLoggedIn
      ? `You are logged out of the profile ${profile}. Credentials in use end within 15 minutes.`
      : `Nobody was logged in by the profile ${profile}.`,
  );
}
