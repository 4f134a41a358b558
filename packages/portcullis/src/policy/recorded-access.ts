import {
  createPortcullisClient,
  type PortcullisClient,
} from "@portcullis/control-api/portcullis-client";
import { InputFault, sentenceOf } from "@portcullis/testing/input-fault";
import { findCredentials } from "../call/credentials.ts";
import { parseUrl } from "../input/parse-url.ts";

export interface RecordedUse {
  readonly principal: string;
  /** Days before now. */
  readonly days: number;
}

/**
 * The least policies for what a principal used, from the decision records of a running
 * installation.
 * @throws {InputFault} if it can't be reached, or refuses
 */
export async function policiesFromRecords(
  endpoint: string,
  { principal, days }: RecordedUse,
): Promise<Awaited<ReturnType<PortcullisClient["getAccessReport"]>>> {
  if (parseUrl(endpoint) === undefined)
    throw new InputFault(`--endpoint-url ${endpoint} is no URL.`);
  const directory = process.env.PORTCULLIS_DATA_DIR ?? ".portcullis";
  const credentials = await findCredentials(undefined, directory, process.env);
  const region = process.env.AWS_REGION ?? "us-east-1";
  const client = createPortcullisClient({ endpoint, region, credentials });
  try {
    return await client.getAccessReport({ PrincipalArn: principal, Days: days });
  } catch (error) {
    throw new InputFault(`The installation can't answer: ${sentenceOf(error)}`);
  }
}
