import {
  type DelegatedAdministratorRecord,
  delegatedAdministratorKey,
  serviceAccessKey,
  type TrustedService,
} from "../record/trusted-access.ts";
import type { OrganizationScope } from "./organization.ts";

/** IAM's service principal, for trusted access and delegated administrators. */
export const IAM_SERVICE = "iam.amazonaws.com";

type TrustedServices = Readonly<Record<string, TrustedService>>;

/** Returns the services with trusted access, by service principal. */
export async function trustedServices({
  unit,
  settings,
}: OrganizationScope): Promise<TrustedServices> {
  const record = await unit.get(serviceAccessKey(settings.managementAccount));
  return record?.services ?? {};
}

/** Writes the services with trusted access. */
export const saveTrustedServices = (
  { unit, settings }: OrganizationScope,
  services: TrustedServices,
): void => unit.put(serviceAccessKey(settings.managementAccount), { services });

/**
 * Replaces the services that an account is the delegated administrator of.
 * INVARIANT: a trusted service's record counts its delegated administrators.
 */
export async function saveDelegatedAdministrator(
  scope: OrganizationScope,
  account: string,
  services: DelegatedAdministratorRecord["services"],
): Promise<void> {
  const before = await findDelegatedAdministrator(scope, account);
  const trusted = new Map(Object.entries(await trustedServices(scope)));
  const change = (name: string, by: number) => {
    const service = trusted.get(name);
    if (service !== undefined)
      trusted.set(name, { ...service, administrators: service.administrators + by });
  };
  for (const name of Object.keys(before?.services ?? {})) change(name, -1);
  for (const name of Object.keys(services)) change(name, 1);
  saveTrustedServices(scope, Object.fromEntries(trusted));
  const key = delegatedAdministratorKey(scope.settings.managementAccount, account);
  const [first] = Object.values(services);
  if (first === undefined) scope.unit.delete(key);
  else
    scope.unit.put(key, {
      accountId: account,
      enabledAt: before?.enabledAt ?? first,
      services,
    });
}

/**
 * Returns the account's record as a delegated administrator. Undefined: it administers no service.
 */
export const findDelegatedAdministrator = (
  { unit, settings }: OrganizationScope,
  account: string,
): Promise<DelegatedAdministratorRecord | undefined> =>
  unit.get(delegatedAdministratorKey(settings.managementAccount, account));

/** Returns whether the account is the delegated administrator of this service. */
export async function isDelegatedAdministrator(
  scope: OrganizationScope,
  account: string,
  service: string,
): Promise<boolean> {
  const administrator = await findDelegatedAdministrator(scope, account);
  return administrator !== undefined && Object.hasOwn(administrator.services, service);
}
