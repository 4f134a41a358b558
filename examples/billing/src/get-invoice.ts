import { type AuthorizedEvent, authorizedRequest } from "portcullis/middy";

export async function handler(event: AuthorizedEvent) {
  const { caller, pathParameters } = authorizedRequest(event);
  if (!caller.principalArn) return { statusCode: 500 };
  const { invoiceId } = pathParameters;
  return { statusCode: 200, body: JSON.stringify({ account: caller.accountId, invoiceId }) };
}
