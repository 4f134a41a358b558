import { expect } from "vitest";
import { ask } from "../support/asker.ts";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { allow, deny, user } from "../support/people.ts";

/** An installation, and a service in it that may ask about everybody. */
export interface AskedInstallation {
  readonly installation: TestInstallation;
  readonly asker: TestCredentials;
}

/** Of an installation with alice, whose policy is about orders. */
export async function startAsked(): Promise<AskedInstallation> {
  const installation = await startInstallation();
  const asker = await user(installation, "asker", allow("portcullis:Evaluate"));
  await user(
    installation,
    "alice",
    allow("orders:GetOrder", "arn:aws:orders:us-east-1:*:order/1*"),
    { ...allow("orders:ListOrders"), Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } },
    { ...allow("orders:CreateOrder"), Condition: { NumericLessThan: { "orders:Amount": "100" } } },
    {
      ...allow("orders:DeleteOrder"),
      Condition: { StringEquals: { "aws:ResourceTag/owner": "alice" } },
    },
    { ...allow("orders:Audit"), Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } },
    { ...deny("orders:Pay"), Condition: { Bool: { "aws:SecureTransport": "false" } } },
    allow("orders:Pay"),
  );
  return { installation, asker };
}

export const order = (id: string) => ({ type: "order", id });

/** The questions that a file's tests put to its installation, which is started before them. */
export function questions(here: () => AskedInstallation) {
  const alice = () => ({
    type: "user",
    id: `arn:aws:iam::${here().installation.account}:user/alice`,
  });
  const evaluate = (
    body: object | string,
    credentials: TestCredentials | undefined = here().asker,
  ) => ask(here().installation, credentials, "/access/v1/evaluation", body);
  const evaluateAll = (body: object | string, credentials: TestCredentials = here().asker) =>
    ask(here().installation, credentials, "/access/v1/evaluations", body);

  /** Alice, who asks for an action on an order, in a context. */
  const question = (
    name: string,
    { id = "17", context }: { id?: string; context?: object } = {},
  ): object => ({
    subject: alice(),
    action: { name },
    resource: order(id),
    ...(context === undefined ? {} : { context }),
  });

  const decisionOf = async (body: object): Promise<boolean> => {
    const { status, body: answered } = await evaluate(body);
    expect(status, JSON.stringify(answered)).toBe(200);
    return answered.decision;
  };
  return { alice, evaluate, evaluateAll, question, decisionOf };
}
