import {
  type DelegatedAdministratorRecord,
  delegatedAdministratorKey,
  serviceAccessKey,
  type TrustedService,
} from "../record/trusted-access.ts";
import type { OrganizationScope } from "./organization.ts";

/** IAM, as a service that an organization trusts and that has delegated administrators. */
export const IAM_SERVICE = "iam.amazonaws.com";

type TrustedServices = Readonly<Record<string, TrustedService>>;

/** Services that the organization trusts, by service principal. */
export async function trustedServices({
  unit,
  settings,
}: OrganizationScope): Promise<TrustedServices> {
  const record = await unit.get(serviceAccessKey(settings.managementAccount));
  return record?.services ?? {};
}

export const saveTrustedServices = (
  { unit, settings }: OrganizationScope,
  services: TrustedServices,
): void => unit.put(serviceAccessKey(settings.managementAccount), { services });

/**
 * The services that an account administers, from now on.
 * INVARIANT: a trusted service's record counts the accounts that administer it.
 */
export async function saveAdministrator(
  scope: OrganizationScope,
  account: string,
  services: DelegatedAdministratorRecord["services"],
): Promise<void> {
  const before = await findAdministrator(scope, account);
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

/** Undefined: the account administers no service for the organization. */
export const findAdministrator = (
  { unit, settings }: OrganizationScope,
  account: string,
): Promise<DelegatedAdministratorRecord | undefined> =>
  unit.get(delegatedAdministratorKey(settings.managementAccount, account));

/** Whether the account administers this service for the organization. */
export async function administers(
  scope: OrganizationScope,
  account: string,
  service: string,
): Promise<boolean> {
  const administrator = await findAdministrator(scope, account);
  return administrator !== undefined && Object.hasOwn(administrator.services, service);
}
