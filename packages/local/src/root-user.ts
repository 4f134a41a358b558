import { randomBytes } from "node:crypto";
import { bootstrap, type RootAccessKey } from "@portcullis/iam/bootstrap";
import { hashPassword } from "@portcullis/iam/password";
import { rootKey } from "@portcullis/iam/record/root";
import { setRootPassword } from "@portcullis/iam/root-password";
import type { Sealer } from "@portcullis/iam/sealer";
import type { Store } from "@portcullis/iam/store";
import type { LocalSettings } from "./settings.ts";
import { sharedFiles, writeCredentials, writtenKeyId } from "./shared-files.ts";
import { keepsData } from "./storage.ts";

/** What a start did with the root user of the management account. */
export interface RootUser {
  /** The access key, if this start generated it or was given it. */
  readonly key: RootAccessKey | undefined;
  /** The id of the former key, if the credentials file was lost and this start replaced the key. */
  readonly deactivatedKeyId: string | undefined;
  /** The password, if this start generated it: nothing else shows it. */
  readonly generatedPassword: string | undefined;
}

/**
 * Creates the root user at the first start. At later ones sets the password that is given, and
 * generates an access key if the credentials file holds none.
 */
export async function startRootUser(
  settings: LocalSettings,
  { store, sealer, now }: { readonly store: Store; readonly sealer: Sealer; readonly now: Date },
): Promise<RootUser> {
  const { accountId: account, dataDirectory } = settings;
  const kept = keepsData(settings);
  const [existing] = await store.get([rootKey(account)]);
  const generatedPassword =
    existing === undefined && settings.rootPassword === undefined
      ? randomBytes(18).toString("base64url")
      : undefined;
  const firstPassword =
    existing === undefined ? (settings.rootPassword ?? generatedPassword) : undefined;
  const { key, deactivatedKeyId } = await bootstrap(
    { store, sealer, account, now },
    {
      key: settings.rootKey,
      makeKey:
        settings.rootKey === undefined &&
        (!kept || writtenKeyId(sharedFiles(dataDirectory)) === undefined),
      email: settings.rootEmail,
      passwordHash: firstPassword === undefined ? undefined : await hashPassword(firstPassword),
    },
  );
  if (existing !== undefined && settings.rootPassword !== undefined)
    await setRootPassword({ store, account, now }, settings.rootPassword);
  if (kept && key !== undefined) writeCredentials(dataDirectory, key);
  return { key, deactivatedKeyId, generatedPassword };
}
