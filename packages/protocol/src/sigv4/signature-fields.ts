import {
  type Credential,
  incomplete,
  MAX_PRESIGNED_SECONDS,
  type SignatureRefusal,
} from "./signed-request.ts";

type Fields = { readonly ok: true; readonly credential: Credential } | SignatureRefusal;
type Values = ReadonlyMap<string, string>;

const ALGORITHM = "AWS4-HMAC-SHA256";

/**
 * The fields of an `Authorization` header.
 * @param headers the request's `date` and `x-amz-*` headers by lower-case name
 */
export function fromAuthorization(authorization: string, headers: Values): Fields {
  const space = authorization.indexOf(" ");
  const algorithm = space === -1 ? authorization : authorization.slice(0, space);
  if (algorithm !== ALGORITHM && algorithm.startsWith("AWS4-")) {
    return incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`);
  }
  const fields =
    algorithm === ALGORITHM
      ? parameters(authorization.slice(space + 1))
      : new Map<string, string>();
  if (fields === undefined) return incomplete("the Authorization header cannot be read");
  // AWS General Reference, handling dates: `x-amz-date` takes precedence over `date`. The signature
  // covers the value either way, since the string to sign begins with it.
  const amzDate = headers.get("x-amz-date") ?? headers.get("date");
  const missing = ["Credential", "Signature", "SignedHeaders"]
    .filter((name) => !fields.has(name))
    .map((name) => `Authorization header requires '${name}' parameter.`);
  if (amzDate === undefined) {
    missing.push(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  if (missing.length > 0) return incomplete(missing.join(" "));
  return credentialOf(
    fields,
    amzDate ?? "",
    headers.get("x-amz-security-token"),
    headers.get("x-amz-content-sha256"),
  );
}

/**
 * IAM and STS accept presigned requests without `X-Amz-Expires`, and take 15 minutes: the AWS SDK
 * for Go v2 presigns `GetCallerIdentity` that way.
 */
const DEFAULT_EXPIRES_SECONDS = 900;
const SERVICES_WITH_DEFAULT: ReadonlySet<string> = new Set(["iam", "sts"]);

/**
 * The fields of a presigned request.
 * @param query its `X-Amz-*` parameters by name
 */
export function fromQuery(query: Values, headers: Values): Fields {
  const [, , , service = ""] = query.get("X-Amz-Credential")?.split("/") ?? [];
  const defaultExpires = SERVICES_WITH_DEFAULT.has(service);
  for (const name of ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"]) {
    if (!query.has(`X-Amz-${name}`) && !(name === "Expires" && defaultExpires)) {
      return incomplete(
        `AWS query-string parameters must include 'X-Amz-${name}'. Re-examine the query-string parameters.`,
      );
    }
  }
  const algorithm = query.get("X-Amz-Algorithm");
  if (algorithm !== ALGORITHM) return incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`);
  for (const header of ["x-amz-date", "x-amz-security-token"]) {
    if (headers.has(header))
      return incomplete(`a presigned request must not have a header \`${header}\``);
  }
  const inHeader = headers.get("x-amz-content-sha256");
  const inQuery = query.get("X-Amz-Content-Sha256");
  if (inHeader !== undefined && inQuery !== undefined) {
    return incomplete("`x-amz-content-sha256` is given in both a header and the query string");
  }
  const expires = query.get("X-Amz-Expires") ?? String(DEFAULT_EXPIRES_SECONDS);
  const expiresSeconds = /^[1-9]\d{0,5}$/.test(expires) ? Number(expires) : 0;
  if (expiresSeconds < 1 || expiresSeconds > MAX_PRESIGNED_SECONDS) {
    return incomplete(`\`X-Amz-Expires\` must be between 1 and ${MAX_PRESIGNED_SECONDS} seconds`);
  }
  const fields = new Map([...query].map(([name, value]) => [name.slice("X-Amz-".length), value]));
  const token = query.get("X-Amz-Security-Token");
  const read = credentialOf(fields, query.get("X-Amz-Date") ?? "", token, inHeader ?? inQuery);
  return read.ok
    ? { ok: true, credential: { ...read.credential, presigned: { expiresSeconds } } }
    : read;
}

// `Credential=..., SignedHeaders=..., Signature=...`, in any order, each exactly once.
function parameters(text: string): Map<string, string> | undefined {
  const fields = new Map<string, string>();
  for (const part of text.split(",")) {
    const match = /^[ \t]*(Credential|SignedHeaders|Signature)=([^ \t]+)[ \t]*$/.exec(part);
    const [, name, value] = match ?? [];
    if (name === undefined || value === undefined || fields.has(name)) return undefined;
    fields.set(name, value);
  }
  return fields;
}

function credentialOf(
  fields: Values,
  amzDate: string,
  sessionToken: string | undefined,
  contentSha256: string | undefined,
): Fields {
  const scope = fields.get("Credential") ?? "";
  const [accessKeyId = "", date = "", region = "", service = "", terminator = "", ...more] =
    scope.split("/");
  if (accessKeyId === "" || terminator === "" || more.length > 0) {
    return incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${scope}'`,
    );
  }
  if (terminator !== "aws4_request") {
    return incomplete(
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`,
    );
  }
  if (!DATE.test(amzDate)) {
    return incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${amzDate}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  const signedHeaders = (fields.get("SignedHeaders") ?? "").split(";");
  if (
    !signedHeaders.every(
      (name, at) => HEADER_NAME.test(name) && (at === 0 || name > (signedHeaders[at - 1] ?? "")),
    )
  ) {
    return incomplete("SignedHeaders must be lower-case header names, sorted and each only once");
  }
  const signature = fields.get("Signature") ?? "";
  if (!SIGNATURE.test(signature))
    return incomplete("Signature must be 64 lower-case hexadecimal digits");
  // A comma means that a proxy merged two headers.
  if (sessionToken === "" || sessionToken?.includes(","))
    return incomplete("the session token cannot be read");
  const credential = { accessKeyId, date, region, service, signedHeaders, signature, amzDate };
  return {
    ok: true,
    credential: {
      ...credential,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      ...(contentSha256 === undefined ? {} : { contentSha256 }),
    },
  };
}

const DATE = /^\d{8}T\d{6}Z$/;
const HEADER_NAME = /^[a-z0-9!#$%&'*+\-.^_`|~]+$/;
const SIGNATURE = /^[0-9a-f]{64}$/;
