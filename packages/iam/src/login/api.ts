/** The request of an application, as the console passes it on. */
export interface AuthorizeOAuth2AccessInput {
  readonly ClientId: string;
  readonly RedirectUri: string;
  readonly CodeChallenge: string;
  readonly CodeChallengeMethod: string;
  readonly State: string;
}

export interface AuthorizeOAuth2AccessOutput {
  /** Where the browser goes: to the application, with the code and its state. */
  readonly Location: string;
}
