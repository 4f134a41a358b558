import type {
  AccessReportInput,
  AccessReportOutput,
  GetDecisionInput,
  GetDecisionOutput,
  ListDecisionsInput,
  ListDecisionsOutput,
  StartTraceInput,
  StopTraceInput,
  TraceOutput,
} from "@portcullis/iam/decision/api";
import type {
  AuthorizeOAuth2AccessInput,
  AuthorizeOAuth2AccessOutput,
} from "@portcullis/iam/login/api";
import { type ClientCredentials, signCall } from "./sign-call.ts";

/** A client of the service `portcullis`. */
export interface PortcullisClient {
  /** @throws {PortcullisError} as every method does */
  getDecision(input: GetDecisionInput): Promise<GetDecisionOutput>;
  listDecisions(input?: ListDecisionsInput): Promise<ListDecisionsOutput>;
  getAccessReport(input?: AccessReportInput): Promise<AccessReportOutput>;
  startTrace(input: StartTraceInput): Promise<TraceOutput>;
  stopTrace(input: StopTraceInput): Promise<TraceOutput>;
  authorizeOAuth2Access(input: AuthorizeOAuth2AccessInput): Promise<AuthorizeOAuth2AccessOutput>;
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
  constructor(
    name: string,
    message: string,
    { status, requestId }: { readonly status: number; readonly requestId: string | undefined },
  ) {
    super(message);
    this.name = name;
    this.status = status;
    this.requestId = requestId;
  }
}

/** A client of the service `portcullis` of an installation. */
export function createPortcullisClient(options: PortcullisClientOptions): PortcullisClient {
  const { credentials, region = "us-east-1" } = options;
  const url = new URL(options.endpoint);
  const call =
    <Input, Output>(operation: string) =>
    async (input?: Input): Promise<Output> => {
      const proof = typeof credentials === "function" ? await credentials() : credentials;
      const body = JSON.stringify(input ?? {}, withSeconds);
      const target = `Portcullis.${operation}`;
      const toSign = { url, target, body, region, service: "portcullis" };
      const response = await fetch(url, {
        method: "POST",
        headers: signCall(toSign, proof, new Date()),
        body,
      });
      const answer = await response.text();
      if (!response.ok) throw errorOf(response, answer);
      return JSON.parse(answer, withDates);
    };
  return {
    getDecision: call("GetDecision"),
    listDecisions: call("ListDecisions"),
    getAccessReport: call("GetAccessReport"),
    startTrace: call("StartTrace"),
    stopTrace: call("StopTrace"),
    authorizeOAuth2Access: call("AuthorizeOAuth2Access"),
  };
}

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
