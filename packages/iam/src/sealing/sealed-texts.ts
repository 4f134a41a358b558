import { accessKeySeal } from "../record/access-key.ts";
import { mfaDeviceArn, mfaSeal } from "../record/mfa-device.ts";
import { samlPrivateKeySeal } from "../record/saml-provider.ts";
import { serverCertificateSeal } from "../record/server-certificate.ts";
import type { Key } from "../storage/store.ts";
import type { Sealer } from "./sealer.ts";

/** An object within a record, whose fields are looked for by name. */
type Holder = Readonly<Record<string, unknown>>;

/** What a sealed text is bound to, by the record that it is in and the object within that which holds it. */
type BoundTo = (record: Holder, holder: Holder) => string;

/** Every sealed text that a record may hold: by the kind of the record (its partition up to the first slash), then by property. */
const SEALED: Readonly<Record<string, Readonly<Record<string, BoundTo>>>> = {
  key: {
    sealedSecret: (record) => {
      const principal = record.principal;
      if (!isHolder(principal)) throw unfit("principal");
      return accessKeySeal(text(principal, "account"), text(record, "id"));
    },
  },
  "mfa-device": {
    sealedSeed: (record) =>
      mfaSeal(
        mfaDeviceArn({
          account: text(record, "account"),
          path: text(record, "path"),
          name: text(record, "name"),
        }),
      ),
  },
  "saml-provider": {
    sealedKey: (record, holder) =>
      samlPrivateKeySeal(text(record, "account"), text(record, "uuid"), text(holder, "id")),
  },
  "server-certificate": { sealedPrivateKey: (record) => serverCertificateSeal(text(record, "id")) },
};

/**
 * A record's data with each sealed text opened by `from` and sealed by `to`, bound to the same as before; the rest as it is.
 * @throws {TypeError} when a property begins with `sealed` that is not known here: a secret must not be left behind unnoticed
 * @throws {SealBroken} when `from` can't open one
 */
export function reseal(
  key: Pick<Key, "partition">,
  data: unknown,
  from: Pick<Sealer, "open">,
  to: Pick<Sealer, "seal">,
): unknown {
  const kind = key.partition.split("/", 1)[0] ?? "";
  const known = Object.hasOwn(SEALED, kind) ? SEALED[kind] : undefined;
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isHolder(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, again(value, name, part)]),
    );
  };
  const again = (holder: Holder, name: string, part: unknown): unknown => {
    if (!name.startsWith("sealed")) return walk(part);
    const boundTo = known !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
    if (boundTo === undefined || !isHolder(data)) {
      throw new TypeError(`\`${name}\` of a ${kind} record is not known as a sealed text`);
    }
    const bound = boundTo(data, holder);
    return to.seal(from.open(text(holder, name), bound), bound);
  };
  return walk(data);
}

function text(holder: Holder, name: string): string {
  const value = holder[name];
  if (typeof value !== "string") throw unfit(name);
  return value;
}

const unfit = (name: string) => new TypeError(`a record with sealed texts lacks \`${name}\``);

const isHolder = (value: unknown): value is Holder =>
  typeof value === "object" && value !== null && !Array.isArray(value);
