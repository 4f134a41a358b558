import { type AuthorizedEvent, authorizedRequest } from "portcullis/middy";

/** `caller` is whom the authorizer let in; without one, the route was left open by mistake. */
export async function handler(event: AuthorizedEvent) {
  const { caller } = authorizedRequest(event);
  if (!caller.principalArn) return { statusCode: 500 };
  return { statusCode: 200, body: JSON.stringify({ account: caller.accountId, invoices: [] }) };
}
