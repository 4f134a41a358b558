import { OrganizationsClient } from "@aws-sdk/client-organizations";
import type { Credentials } from "../session/session.ts";
import { clientOptions } from "./client-options.ts";

export const organizationsClient = (credentials: Credentials): OrganizationsClient =>
  new OrganizationsClient(clientOptions(credentials, "organizations"));
