/** Every page of somebody who is signed in: its address, and its `h1`. */
export const PAGES: readonly (readonly [path: string, heading: string])[] = [
  ["/", "Dashboard"],
  ["/users", "Users"],
  ["/create-users", "Create users"],
  ["/users/ana", "ana"],
  ["/settings", "Account settings"],
  ["/credential-report", "Credential report"],
  ["/security-credentials", "Security credentials"],
  ["/switch-role", "Switch role"],
  ["/no-such-page", "Page not found"],
];
