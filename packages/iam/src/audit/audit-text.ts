import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { AuditEvent, AuditRecord } from "../record/audit-event.ts";

/**
 * A transactional write of up to 1 KB costs two write units. This leaves the rest of the kilobyte
 * to the item's key and its other attributes.
 */
const TEXT_BYTES = 850;
const OPENED_BYTES = 1024 * 1024;

/** Words that events have in common. Changing it makes stored events unreadable. */
const DICTIONARY = Buffer.from(
  '"sourceIdentity":"roleSessionName":"durationSeconds":"serialNumber":"passwordResetRequired":' +
    '"permissionsBoundary":"maxSessionDuration":"instanceProfileName":"assumeRolePolicyDocument":' +
    '"createDate":"policyId":"defaultVersionId":"isAttachable":true"attachmentCount":"updateDate":' +
    '"versionId":"v1""isDefaultVersion":"setAsDefault":"groupId":"AGPA"userId":"AIDA"roleId":"AROA' +
    '"tags":[{"key":"","value":""}]"status":"Active""accessKey":{"accessKeyId":"AKIA' +
    '{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Effect\\":\\"Allow\\",\\"Principal\\":' +
    '{\\"AWS\\":\\"arn:aws:iam::000000000000:root\\"},\\"Action\\":\\"sts:AssumeRole\\"' +
    '\\"Effect\\":\\"Deny\\",\\"Resource\\":\\"*\\",\\"Condition\\":{\\"StringEquals\\":{\\"aws:' +
    '"policyDocument":"policyArn":"arn:aws:iam::aws:policy/"policyName":"groupName":"roleName":' +
    '"userName":"path":"/","arn":"arn:aws:iam::000000000000:user/"response":{"parameters":{' +
    '"errorCode":"AccessDenied","errorMessage":"User: arn:aws:iam:: is not authorized to perform: ' +
    "iam: on resource: arn:aws:iam:: because no identity-based policy allows the action" +
    '"issuer":{"sessionStart":"mfa":false"identity":{"type":"AssumedRole""type":"IAMUser"' +
    '"type":"Root","principalId":"accountId":"accessKeyId":"ASIA"readOnly":true"requestId":"' +
    '"userAgent":"Boto3/ aws-cli/ aws-sdk-js/3. ua/2.1 os/linux#6 lang/js md/nodejs#24 ' +
    'api/iam#3. m/E,N,e""sourceIp":"127.0.0.1""region":"us-east-1""name":"Create"service":"sts"' +
    '{"time":"2026-01-01T00:00:00Z","service":"iam","name":"',
);

/**
 * A window of 8 KB holds the dictionary and an event. zlib clears its memory for each text, and the
 * 256 KB of its defaults take longer than the compression. Events of any window can be read.
 */
const COMPRESSION = { dictionary: DICTIONARY, level: 9, windowBits: 13, memLevel: 5 };

/**
 * The event as it is stored, within the size of one write. If it is larger, its longest texts are
 * left out, and only their length and hash remain.
 */
export function packEvent(event: AuditEvent): AuditRecord {
  const { id: _, ...whole } = event;
  const candidates = [
    () => whole,
    ...LIMITS.map((limit) => () => shorten(whole, limit)),
    // Without names of the caller's choice: what is left is short.
    () => shorten({ ...whole, parameters: "(omitted)", response: undefined }, 64),
    () => ({ ...whole, ...NOTHING_FREE, identity: shorten(whole.identity, 64) }),
  ];
  let z = "";
  for (const candidate of candidates) {
    const json = JSON.stringify(candidate());
    z = deflateRawSync(json, COMPRESSION).toString("base64");
    if (z.length <= TEXT_BYTES) break;
  }
  return { z };
}

/** In characters of each text. */
const LIMITS = [2_048, 1_024, 512, 256, 128, 100];
const NOTHING_FREE = {
  parameters: "(omitted)",
  response: undefined,
  userAgent: undefined,
  errorMessage: undefined,
};

/** The event of a record. */
export function openEvent(id: string, { z }: AuditRecord): AuditEvent {
  const json = inflateRawSync(Buffer.from(z, "base64"), {
    dictionary: DICTIONARY,
    maxOutputLength: OPENED_BYTES,
  }).toString("utf8");
  return { id, ...JSON.parse(json) };
}

function shorten(value: unknown, limit: number): unknown {
  if (typeof value === "string") {
    if (value.length <= limit) return value;
    const hash = createHash("sha256").update(value).digest("hex");
    return `(omitted: ${value.length} characters, SHA-256 ${hash})`;
  }
  if (Array.isArray(value)) {
    const most = Math.max(2, Math.floor(limit / 32));
    const kept = value.slice(0, most).map((one) => shorten(one, limit));
    return value.length > most ? [...kept, `(omitted: ${value.length - most} more)`] : kept;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shorten(one, limit)]));
}
