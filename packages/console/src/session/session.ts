/** Temporary credentials as `POST /signin` and STS answer them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAtMilliseconds: number;
}

/** Who signed in: what a person types to sign in again. */
export interface Identity {
  readonly kind: "user" | "root";
  /** A user's name, or the root user's email. */
  readonly name: string;
  /** As typed: an id or an alias. */
  readonly account: string;
  readonly accountId: string;
}

/** A role that the person switched to. Their own session stays beside it. */
export interface SwitchedRole {
  readonly account: string;
  readonly roleName: string;
  readonly displayName: string;
  /** Six hexadecimal digits. */
  readonly color: string;
  readonly credentials: Credentials;
}

export interface Session {
  readonly identity: Identity;
  readonly credentials: Credentials;
  readonly role?: SwitchedRole | undefined;
}

/** The credentials that calls are signed with. */
export const activeCredentials = (session: Session): Credentials =>
  session.role?.credentials ?? session.credentials;

/** The account that the pages show. */
export const activeAccount = (session: Session): string =>
  session.role?.account ?? session.identity.accountId;

/** Whom calls act as, and where. A call that waits for new credentials must not act as another. */
export const scopeOf = ({ identity, role }: Session): string =>
  JSON.stringify([identity.accountId, identity.kind, identity.name, role?.account, role?.roleName]);
