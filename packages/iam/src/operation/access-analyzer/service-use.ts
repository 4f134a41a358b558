import { setImmediate } from "node:timers/promises";
import type { PrincipalUse } from "@portcullis/analysis";
import { knownServices } from "../../canned/index.ts";
import { ApiError } from "../../error.ts";
import type { OperationContext } from "../../model/operation.ts";
import { grantedServices } from "../../simulation/granted-service.ts";
import {
  findReportSubject,
  permittedServices,
  type ReportSubject,
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

/**
 * V8 hashes texts of more than 16,383 characters by their length alone, so a map compares those of
 * one length with each other, as far as they begin alike.
 */
const LONGEST_KNOWN = 16_000;

/** When users and roles last used each service that they may use. */
export async function serviceUses(
  context: OperationContext,
  arns: readonly string[],
): Promise<readonly PrincipalUse[]> {
  // Members of a group have the same documents.
  const known = new Map<string, ReturnType<typeof grantedServices>>();
  const granted = (document: string) => {
    if (document.length > LONGEST_KNOWN) return grantedServices(document);
    const services = known.get(document) ?? grantedServices(document);
    known.set(document, services);
    return services;
  };
  const ofInstallation = knownServices();
  const uses: PrincipalUse[] = [];
  for (let start = 0; start < arns.length; start += AT_ONCE) {
    const part = arns.slice(start, start + AT_ONCE);
    const found = await Promise.all(part.map((arn) => readPrincipal(context, arn)));
    for (const principal of found) {
      if (principal === undefined) continue;
      const services = [...permittedServices(principal.entity, granted).keys()];
      uses.push(useOf(principal, namedServices(services, ofInstallation)));
      // A principal may have a hundred policies to parse. Other requests run in between.
      await setImmediate();
    }
  }
  return uses;
}

interface PrincipalReading {
  readonly arn: string;
  readonly entity: ReportSubject;
  readonly used: Awaited<ReturnType<typeof servicesUsedBy>>;
}

/** Undefined if the principal was deleted meanwhile. */
async function readPrincipal(
  context: OperationContext,
  arn: string,
): Promise<PrincipalReading | undefined> {
  try {
    const entity = await findReportSubject(context, arn);
    const [actor] = await entity.actors();
    return actor && { arn, entity, used: await servicesUsedBy(context, actor.id) };
  } catch (error) {
    if (error instanceof ApiError && error.code === "NoSuchEntity") return undefined;
    throw error;
  }
}

function useOf({ arn, used }: PrincipalReading, services: readonly string[]): PrincipalUse {
  const ServicesLastAccessed = services.map((ServiceNamespace) => {
    const { at } = used.get(ServiceNamespace) ?? {};
    return {
      ServiceNamespace,
      ...(at === undefined ? {} : { LastAuthenticated: new Date(at) }),
    };
  });
  return { Arn: arn, ServicesLastAccessed };
}

/** Those of the installation come first. */
function namedServices(
  services: readonly string[],
  known: ReadonlyMap<string, string>,
): readonly string[] {
  const own = services.filter((service) => known.has(service));
  const others = services.filter(
    (service) => !known.has(service) && service.length <= LONGEST_SERVICE,
  );
  return [...own, ...others].slice(0, SERVICES_AT_MOST);
}
