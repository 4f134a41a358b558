import type {
  AccessReportInput,
  AccessReportOutput,
  ArchiveFindingInput,
  ArchiveFindingOutput,
  GetDecisionInput,
  GetDecisionOutput,
  ListArchivedFindingsInput,
  ListArchivedFindingsOutput,
  ListDecisionsInput,
  ListDecisionsOutput,
  ListTracesInput,
  ListTracesOutput,
  RestoreFindingInput,
  StartTraceInput,
  StopTraceInput,
  TraceOutput,
} from "@portcullis/iam/decision/api";
import type {
  AuthorizeOAuth2AccessInput,
  AuthorizeOAuth2AccessOutput,
} from "@portcullis/iam/login/api";
import type { ServiceCatalog } from "@portcullis/iam/protected-api";
import { type ClientCredentials, signCall } from "./sign-call.ts";

export type * from "@portcullis/iam/decision/api";

/** A client of the service `portcullis`. Browsers and Node have all that it needs. */
export interface PortcullisClient {
  /** @throws {PortcullisError} as every method does */
  getDecision(input: GetDecisionInput, options?: CallOptions): Promise<GetDecisionOutput>;
  listDecisions(input?: ListDecisionsInput, options?: CallOptions): Promise<ListDecisionsOutput>;
  getAccessReport(input?: AccessReportInput, options?: CallOptions): Promise<AccessReportOutput>;
  /** The protected APIs of the installation. */
  getServiceReference(input?: object, options?: CallOptions): Promise<ServiceCatalog>;
  startTrace(input: StartTraceInput, options?: CallOptions): Promise<TraceOutput>;
  stopTrace(input: StopTraceInput, options?: CallOptions): Promise<TraceOutput>;
  listTraces(input?: ListTracesInput, options?: CallOptions): Promise<ListTracesOutput>;
  authorizeOAuth2Access(
    input: AuthorizeOAuth2AccessInput,
    options?: CallOptions,
  ): Promise<AuthorizeOAuth2AccessOutput>;
  archiveFinding(input: ArchiveFindingInput, options?: CallOptions): Promise<ArchiveFindingOutput>;
  restoreFinding(input: RestoreFindingInput, options?: CallOptions): Promise<object>;
  listArchivedFindings(
    input?: ListArchivedFindingsInput,
    options?: CallOptions,
  ): Promise<ListArchivedFindingsOutput>;
}

export interface CallOptions {
  readonly abortSignal?: AbortSignal | undefined;
}

export interface PortcullisClientOptions {
  /** The control API's URL, or that of the service below it. */
  readonly endpoint: string;
  /** @default "us-east-1" */
  readonly region?: string;
  readonly credentials: ClientCredentials | (() => Promise<ClientCredentials>);
}

/** The service refused a call. `name` is the error's code, such as `ResourceNotFoundException`. */
export class PortcullisError extends Error {
  override readonly name: string;
  readonly status: number;
  readonly requestId: string | undefined;
  /** As errors of AWS's SDK have it. */
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string | undefined };
  constructor(
    name: string,
    message: string,
    { status, requestId }: { readonly status: number; readonly requestId: string | undefined },
  ) {
    super(message);
    this.name = name;
    this.status = status;
    this.requestId = requestId;
    this.$metadata = { httpStatusCode: status, requestId };
  }
}

/** A client of the service `portcullis` of an installation. */
export function createPortcullisClient(options: PortcullisClientOptions): PortcullisClient {
  const { credentials, region = "us-east-1" } = options;
  const url = new URL(options.endpoint);
  /** Of the server's clock from this one, in milliseconds. */
  let clockOffset = 0;
  const send = async (target: string, body: string, { abortSignal }: CallOptions) => {
    const proof = typeof credentials === "function" ? await credentials() : credentials;
    const toSign = { url, target, body, region, service: "portcullis" };
    const headers = await signCall(toSign, proof, new Date(Date.now() + clockOffset));
    return fetch(url, {
      method: "POST",
      headers,
      body,
      ...(abortSignal === undefined ? {} : { signal: abortSignal }),
    });
  };
  const call =
    <Input, Output>(operation: string) =>
    async (input?: Input, callOptions: CallOptions = {}): Promise<Output> => {
      const target = `Portcullis.${operation}`;
      const body = JSON.stringify(input ?? {}, withSeconds);
      let response = await send(target, body, callOptions);
      if (!response.ok) {
        const offset = serverTime(response) - Date.now();
        if (Math.abs(offset - clockOffset) > CLOCK_SKEW_MILLISECONDS) {
          clockOffset = offset;
          response = await send(target, body, callOptions);
        }
      }
      const answer = await response.text();
      if (!response.ok) throw errorOf(response, answer);
      return JSON.parse(answer, withDates);
    };
  return {
    getDecision: call("GetDecision"),
    listDecisions: call("ListDecisions"),
    getAccessReport: call("GetAccessReport"),
    getServiceReference: call("GetServiceReference"),
    startTrace: call("StartTrace"),
    stopTrace: call("StopTrace"),
    listTraces: call("ListTraces"),
    authorizeOAuth2Access: call("AuthorizeOAuth2Access"),
    archiveFinding: call("ArchiveFinding"),
    restoreFinding: call("RestoreFinding"),
    listArchivedFindings: call("ListArchivedFindings"),
  };
}

/** A clock that is off by more is corrected by the answer's `date`, as AWS's SDK does. */
const CLOCK_SKEW_MILLISECONDS = 300_000;

/** NaN where the answer does not tell: nothing is corrected then. */
const serverTime = (response: Response): number => Date.parse(response.headers.get("date") ?? "");

/** Times are epoch seconds on the wire. */
const TIMES: ReadonlySet<string> = new Set(["Time", "StartTime", "EndTime", "LastTime"]);

function withSeconds(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const given = this[name];
  return given instanceof Date ? given.getTime() / 1000 : value;
}

const withDates = (name: string, value: unknown): unknown =>
  TIMES.has(name) && typeof value === "number" ? new Date(value * 1000) : value;

function errorOf(response: Response, answer: string): PortcullisError {
  const { __type: type = "", Message, message = Message ?? "" } = errorBody(answer);
  return new PortcullisError(type.split("#").at(-1) || `HTTP ${response.status}`, message, {
    status: response.status,
    requestId: response.headers.get("x-amzn-requestid") ?? undefined,
  });
}

interface ErrorBody {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}

function errorBody(answer: string): ErrorBody {
  try {
    return JSON.parse(answer);
  } catch (error) {
    if (error instanceof SyntaxError) return { message: answer.slice(0, 200) };
    throw error;
  }
}
