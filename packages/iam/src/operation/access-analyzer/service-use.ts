import type { PrincipalUse } from "@portcullis/analysis";
import { knownServices } from "../../canned/index.ts";
import { ApiError } from "../../error.ts";
import type { OperationContext } from "../../model/operation.ts";
import { grantedServices } from "../../simulation/granted-service.ts";
import {
  findReportSubject,
  permittedServices,
  servicesUsedBy,
} from "../iam/report/access-advisor.ts";

/** Principals whose uses are read at once. Each costs some reads. */
const AT_ONCE = 20;

/**
 * The services of a finding. Policies may name any number of services that do not exist, and a
 * record has 400 KB.
 */
const SERVICES_AT_MOST = 200;
const LONGEST_SERVICE = 64;

/** When users and roles last used each service that they may use. */
export async function serviceUses(
  context: OperationContext,
  arns: readonly string[],
): Promise<readonly PrincipalUse[]> {
  // Members of a group have the same documents.
  const known = new Map<string, ReturnType<typeof grantedServices>>();
  const granted = (document: string) => {
    const services = known.get(document) ?? grantedServices(document);
    known.set(document, services);
    return services;
  };
  const uses: PrincipalUse[] = [];
  for (let start = 0; start < arns.length; start += AT_ONCE) {
    const part = arns.slice(start, start + AT_ONCE);
    const found = await Promise.all(part.map((arn) => useOf(context, arn, granted)));
    uses.push(...found.flat());
  }
  return uses;
}

/** None for a principal that was deleted meanwhile. */
async function useOf(
  context: OperationContext,
  arn: string,
  granted: typeof grantedServices,
): Promise<readonly PrincipalUse[]> {
  try {
    const entity = await findReportSubject(context, arn);
    const [actor] = await entity.actors();
    if (actor === undefined) return [];
    const used = await servicesUsedBy(context, actor.id);
    const services = namedServices([...permittedServices(entity, granted).keys()]);
    const ServicesLastAccessed = services.map((ServiceNamespace) => {
      const { at } = used.get(ServiceNamespace) ?? {};
      return {
        ServiceNamespace,
        ...(at === undefined ? {} : { LastAuthenticated: new Date(at) }),
      };
    });
    return [{ Arn: arn, ServicesLastAccessed }];
  } catch (error) {
    if (error instanceof ApiError && error.code === "NoSuchEntity") return [];
    throw error;
  }
}

/** Those of the installation come first. */
function namedServices(services: readonly string[]): readonly string[] {
  const known = knownServices();
  const own = services.filter((service) => known.has(service));
  const others = services.filter(
    (service) => !known.has(service) && service.length <= LONGEST_SERVICE,
  );
  return [...own, ...others].slice(0, SERVICES_AT_MOST);
}
