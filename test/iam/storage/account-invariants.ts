import { ACCOUNT_COPIES } from "@portcullis/iam/record/account";
import type { MemoryStore } from "../../support/memory-store.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test looks into every kind of record
type Data = any;

/**
 * Everything about an account's records that always holds, whatever came first. Answers what does
 * not.
 */
export function brokenInvariants(store: MemoryStore): readonly string[] {
  const items = [...store.items.values()];
  const broken: string[] = [];
  const demand = (holds: boolean, what: string) => {
    if (!holds) broken.push(what);
  };
  const records = (kind: string, sort = "record"): readonly Data[] =>
    items
      .filter(({ key, data }) => data && key.partition.startsWith(`${kind}/`) && key.sort === sort)
      .map(({ data }) => data);
  const entries = (partition: string): readonly string[] =>
    items
      .filter(({ key, data }) => data && key.partition === partition)
      .map(({ key }) => key.sort)
      .sort();
  const counter = (partition: string, sort: string, name: string): number =>
    items.find(({ key }) => key.partition === partition && key.sort === sort)?.counters[name] ?? 0;
  const same = (what: string, one: readonly unknown[], other: readonly unknown[]) => {
    const [a = [], b = []] = [one, other].map((list) => list.map((each) => JSON.stringify(each)));
    for (const each of a) demand(b.includes(each), `${what}: ${each} is missing`);
    for (const each of b) demand(a.includes(each), `${what}: ${each} is too many`);
    demand(a.length === b.length, `${what}: ${a.length} and ${b.length}`);
  };

  const users = records("user");
  const roles = records("role");
  const groups = records("group");
  const policies = records("policy");
  const profiles = records("instance-profile");
  const devices = records("mfa-device");
  const keysOf = (type: string) =>
    records("key").filter(({ principal }) => principal.type === type);
  const keys = keysOf("User");
  const rootKeys = keysOf("Root");

  for (const [list, named] of [
    ["users", users.map(({ principal }) => principal)],
    ["roles", roles],
    ["groups", groups],
    ["policies", policies],
    ["instance-profiles", profiles],
  ] as const) {
    same(
      `entries of ${list}`,
      entries(list),
      named.map(({ path, name }) => `${path}\u0001${name.toLowerCase()}`),
    );
  }
  for (const [list, named] of [
    ["users", users.map(({ principal }) => principal)],
    ["roles", roles],
    ["groups", groups],
    ["policies", policies],
  ] as const) {
    same(
      `${list} by name`,
      entries(`${list}-by-name`),
      named.map(({ name }) => name.toLowerCase()),
    );
  }
  for (const [what, count] of [
    ["users", users.length],
    ["roles", roles.length],
    ["groups", groups.length],
    ["policies", policies.length],
    ["instanceProfiles", profiles.length],
    ["oidcProviders", records("oidc-provider").length],
    ["serverCertificates", records("server-certificate").length],
  ] as const) {
    const counted = counter("account-counts", what, "count");
    demand(counted === count, `${count} ${what} are counted as ${counted}`);
  }

  same(
    "access keys",
    users.flatMap(({ accessKeys, principal }) => accessKeys.map((id: string) => [id, principal])),
    keys.map(({ id, principal }) => [id, principal]),
  );
  const root = items.find(({ key }) => key.partition === "root")?.data as Data;
  same(
    "access keys of root",
    root.accessKeys,
    rootKeys.map(({ id }) => id),
  );
  for (const { key, data } of items) {
    if (data === undefined || !key.partition.startsWith("user-credentials/")) continue;
    const id = key.partition.slice("user-credentials/".length);
    demand(
      users.some(({ principal }) => principal.id === id),
      `user ${id} has credentials and is gone`,
    );
  }
  same(
    "names of groups",
    groups.map(({ id, name }) => [name.toLowerCase(), id]),
    items
      .filter(({ key }) => key.partition.startsWith("group-name/"))
      .map(({ key, data }) => [key.partition.slice("group-name/".length), (data as Data).id]),
  );
  const memberships = items.filter(
    ({ key }) => key.partition.startsWith("group/") && key.sort.startsWith("member/"),
  );
  same(
    "members",
    users.flatMap(({ principal: { groups, name } }) => groups.map((id: string) => [id, name])),
    memberships.map(({ key, data }) => [
      key.partition.slice("group/".length),
      (data as Data).userName,
    ]),
  );
  for (const id of new Set([
    ...groups.map((group) => group.id),
    ...memberships.map(({ key }) => key.partition.slice("group/".length)),
  ])) {
    const members = memberships.filter(({ key }) => key.partition === `group/${id}`).length;
    const counted = counter(`group/${id}`, "usage", "members");
    demand(counted === members, `${members} members of ${id} are counted as ${counted}`);
    demand(
      groups.some((group) => group.id === id),
      `group ${id} has members and is gone`,
    );
  }
  same(
    "MFA devices",
    users.flatMap(({ mfaDevices = [], principal }) =>
      mfaDevices.map((serial: string) => [serial.toLowerCase(), principal.name]),
    ),
    devices
      .filter(({ enabled }) => enabled)
      .map(({ account, path, name, enabled }) => [
        `arn:aws:iam::${account}:mfa${path}${name}`.toLowerCase(),
        enabled.userName,
      ]),
  );
  for (const [status, listed] of [
    ["Any", devices],
    ["Assigned", devices.filter(({ enabled }) => enabled)],
    ["Unassigned", devices.filter(({ enabled }) => !enabled)],
  ] as const) {
    same(
      `MFA devices: ${status}`,
      entries(`mfa-devices/${status}`),
      listed.map(({ path, name }) => `${path}\u0001${name.toLowerCase()}`),
    );
  }
  same(
    "roles in instance profiles",
    roles.flatMap(({ name, instanceProfiles = [] }) =>
      instanceProfiles.map((profile: string) => [name, profile]),
    ),
    profiles.flatMap(({ role, name }) => (role === undefined ? [] : [[role, name]])),
  );

  const holders = [
    ...users.map(({ principal }) => ({ type: "User", ...principal })),
    ...roles.map((role) => ({ ...role, type: "Role" })),
    ...groups.map((group) => ({ ...group, type: "Group" })),
  ];
  const uses = holders.flatMap(({ type, id, name, path, attached, boundary }) => {
    const holder = { type, name, id, path };
    return [
      ...attached.map((arn: string) => [arn.toLowerCase(), `PermissionsPolicy/${type}`, holder]),
      ...(boundary ? [[boundary.toLowerCase(), `PermissionsBoundary/${type}`, holder]] : []),
    ];
  });
  same(
    "uses of policies",
    uses,
    items
      .filter(({ key, data }) => data && key.partition.startsWith("policy-usage/"))
      .map(({ key, data }) => [
        key.partition.slice("policy-usage/".length),
        key.sort.slice(0, key.sort.lastIndexOf("/")),
        data,
      ]),
  );
  const usedArns = new Set([
    ...uses.map(([arn]) => arn),
    ...items.flatMap(({ key: { partition } }) =>
      partition.startsWith("policy-usage/") ? [partition.slice("policy-usage/".length)] : [],
    ),
  ]);
  for (const [name, use] of [
    ["attachments", "PermissionsPolicy"],
    ["boundaries", "PermissionsBoundary"],
  ] as const) {
    for (const arn of usedArns) {
      const found = uses.filter(([of, how]) => of === arn && how.startsWith(use)).length;
      const counted = counter(`policy-usage/${arn}`, "usage", name);
      demand(counted === found, `${found} ${name} of ${arn} are counted as ${counted}`);
    }
  }
  for (const [arn] of uses) {
    const name = arn.slice(arn.lastIndexOf("/") + 1);
    demand(
      policies.some((policy) => policy.name.toLowerCase() === name),
      `${arn} is used and gone`,
    );
  }
  for (const { name, defaultVersion, document, versions } of policies) {
    const kept = items
      .filter(({ key }) => key.partition === `policy/${name}` && key.sort.startsWith("version/"))
      .map(({ data }) => data as Data);
    same(
      `versions of ${name}`,
      versions.map(({ number }: Data) => number),
      kept.map(({ number }) => number),
    );
    demand(
      kept.find(({ number }) => number === defaultVersion)?.document === document,
      `the default version of ${name}`,
    );
  }

  const copies = Array.from(
    { length: ACCOUNT_COPIES },
    (_, copy) => records(`account`).at(copy) as Data,
  );
  demand(new Set(copies.map((copy) => JSON.stringify(copy))).size === 1, "copies of the account");
  same(
    "policies of groups",
    groups.flatMap(({ id, attached }) =>
      attached.length > 0
        ? [[id, attached.map((arn: string) => arn.slice(arn.lastIndexOf("/") + 1))]]
        : [],
    ),
    Object.entries(copies[0].groups),
  );
  same(
    "aliases",
    copies[0].alias === undefined ? [] : [copies[0].alias],
    items
      .filter(({ key }) => key.partition.startsWith("account-alias/"))
      .map(({ key }) => key.partition.slice("account-alias/".length)),
  );
  return broken;
}
