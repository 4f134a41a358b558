import type { DefaultTheme } from "vitepress";

const page = (text: string, link: string): DefaultTheme.SidebarItem => ({ text, link });

/** All pages, in the order of what people want to do. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: "Start",
    items: [page("Five minutes", "/five-minutes"), page("Compared with others", "/compared")],
  },
  {
    text: "Protect your API",
    items: [
      page("Choose a way", "/protect-your-api"),
      page("Service definitions", "/service-definitions"),
      page("OpenAPI", "/openapi"),
      page("Signed requests", "/signed-requests"),
      page("Express", "/express"),
      page("Hono, Next.js, Bun, Deno", "/fetch"),
      page("Fastify", "/fastify"),
      page("Any language", "/dev-gateway"),
      page("Services that ask: AuthZEN", "/authzen"),
      page("Lambda", "/lambda"),
      page("SST", "/sst"),
      page("CDK", "/cdk"),
      page("Terraform", "/terraform"),
    ],
  },
  {
    text: "Identities",
    items: [
      page("Sign in and MFA", "/sign-in"),
      page("Log in from the terminal", "/login"),
      page("The console", "/console"),
      page("Temporary credentials and federation", "/temporary-credentials"),
      page("Tenants", "/tenants"),
    ],
  },
  {
    text: "Policies",
    items: [
      page("Write and test policies in CI", "/policies"),
      page("Why was I denied?", "/why-denied"),
      page("Who changed what?", "/audit"),
    ],
  },
  {
    text: "Run it",
    items: [
      page("Deploy", "/deployment"),
      page("Operate", "/operate"),
      page("Limits", "/limits"),
      page("Capacity", "/capacity"),
      page("Security", "/security"),
    ],
  },
  {
    text: "Reference",
    items: [
      page("Overview", "/reference/"),
      page("Command line", "/cli"),
      page("Options of all commands", "/reference/commands"),
      page("Operations", "/reference/operations"),
      page("Condition keys", "/reference/condition-keys"),
      page("Errors", "/reference/errors"),
      page("Log fields", "/reference/log-fields"),
      page("Quotas", "/reference/quotas"),
      page("Components for SST", "/reference/components"),
      page("Actions of the sample API", "/reference/orders"),
      page("JavaScript API", "/reference/api/"),
      page("Design decisions", "/decisions/"),
    ],
  },
];
