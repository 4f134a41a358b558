import {
  type AccessAdvisorUsageGranularityType,
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  type ServiceLastAccessed,
} from "@aws-sdk/client-iam";
import { allPages } from "../api/all-pages.ts";
import { iam } from "../api/clients.ts";

const ATTEMPTS = 20;
const WAIT_MILLISECONDS = 500;

/** The services that a user or role may use, and when it did. */
export async function loadLastAccessed(
  Arn: string,
  Granularity: AccessAdvisorUsageGranularityType,
  abortSignal: AbortSignal,
): Promise<readonly ServiceLastAccessed[]> {
  const { JobId } = await iam(new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity }), {
    abortSignal,
  });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const answer = await iam(new GetServiceLastAccessedDetailsCommand({ JobId }), { abortSignal });
    if (answer.JobStatus === "IN_PROGRESS") {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MILLISECONDS));
      continue;
    }
    if (answer.JobStatus === "FAILED") throw new Error(answer.Error?.Message ?? "The job failed.");
    return allPages(async (Marker) => {
      const page = await iam(new GetServiceLastAccessedDetailsCommand({ JobId, Marker }), {
        abortSignal,
      });
      return { items: page.ServicesLastAccessed, marker: page.Marker };
    });
  }
  throw new Error("The report takes long. Try again in a minute.");
}
