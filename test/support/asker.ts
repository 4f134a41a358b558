import { type ApiAnswer, send, type TestCredentials, type TestInstallation } from "./harness.ts";
import { signHeader } from "./wire-signer.ts";

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly service?: string;
  readonly date?: Date;
  /** Signed in place of what is sent. */
  readonly signedBody?: string;
}

/** Asks for an evaluation, or for several, over a real socket. */
export function ask(
  { local }: { readonly local: Pick<TestInstallation["local"], "controlUrl"> },
  credentials: TestCredentials | undefined,
  path: "/access/v1/evaluation" | "/access/v1/evaluations",
  body: object | string,
  options: AskOptions = {},
): Promise<ApiAnswer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = { "content-type": "application/json", ...options.headers };
  const { host } = new URL(local.controlUrl);
  if (credentials === undefined)
    return send(local.controlUrl, "POST", path, { host, ...headers }, text);
  const signed = signHeader(host, credentials, {
    method: "POST",
    path,
    body: options.signedBody ?? text,
    headers,
    service: options.service ?? "portcullis",
    ...(options.date === undefined ? {} : { date: options.date }),
  });
  return send(local.controlUrl, "POST", path, signed.headers, text);
}
