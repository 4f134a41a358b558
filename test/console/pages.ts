/** As long as a user's name may be, without a place to break it. */
export const LONG_NAME = "W".repeat(64);

/** Every page of somebody who is signed in: its address, its `h1`, and its title where it differs. */
export const PAGES: readonly (readonly [path: string, heading: string, title?: string])[] = [
  ["/", "Dashboard"],
  ["/users", "Users"],
  ["/create-users", "Details", "Create users"],
  ["/users/ana", "ana"],
  [`/users/${LONG_NAME}`, LONG_NAME],
  ["/settings", "Account settings"],
  ["/credential-report", "Credential report"],
  ["/security-credentials", "Security credentials"],
  ["/switch-role", "Switch role"],
  ["/no-such-page", "Page not found"],
];
