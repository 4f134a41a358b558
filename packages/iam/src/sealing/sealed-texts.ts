import { accessKeySeal } from "../record/access-key.ts";
import { mfaDeviceArn, mfaSeal } from "../record/mfa-device.ts";
import { samlPrivateKeySeal } from "../record/saml-provider.ts";
import { serverCertificateSeal } from "../record/server-certificate.ts";
import type { Key } from "../storage/store.ts";
import type { Sealer } from "./sealer.ts";

/** A record's data, or an object within it. */
type Fields = Readonly<Record<string, unknown>>;

/** The associated data of a sealed text, from its record and from the object that contains it. */
type AssociatedData = (record: Fields, parent: Fields) => string;

/** All sealed texts in records: by the partition up to its first slash, then by property. */
const SEALED: Readonly<Record<string, Readonly<Record<string, AssociatedData>>>> = {
  key: {
    sealedSecret: (record) => {
      const principal = record.principal;
      if (!isFields(principal)) throw missing("principal");
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
    sealedKey: (record, parent) =>
      samlPrivateKeySeal(text(record, "account"), text(record, "uuid"), text(parent, "id")),
  },
  "server-certificate": { sealedPrivateKey: (record) => serverCertificateSeal(text(record, "id")) },
};

/**
 * A record's data with each sealed text opened by `from` and sealed again by `to`, with the same
 * associated data.
 * @throws {TypeError} if a property that begins with `sealed` is unknown here, so that no secret is
 * left sealed by `from`
 * @throws {SealBroken} if `from` can't open a text
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
    if (!isFields(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, resealed(value, name, part)]),
    );
  };
  const resealed = (parent: Fields, name: string, part: unknown): unknown => {
    if (!name.startsWith("sealed")) return walk(part);
    const dataOf = known !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
    if (dataOf === undefined || !isFields(data)) {
      throw new TypeError(`\`${name}\` of a ${kind} record is not known as a sealed text`);
    }
    const bound = dataOf(data, parent);
    return to.seal(from.open(text(parent, name), bound), bound);
  };
  return walk(data);
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string") throw missing(name);
  return value;
}

const missing = (name: string) => new TypeError(`a record with sealed texts lacks \`${name}\``);

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
