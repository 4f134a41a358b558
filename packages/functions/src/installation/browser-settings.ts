/** Which hosts and origins browsers may use the control API by. */
export interface BrowserAccess {
  /** Hosts that the API is called by. Absent: the one by which API Gateway found it. */
  readonly hosts?: readonly string[];
  /**
   * The origin of a web console that is served elsewhere, such as `https://console.example.com`.
   */
  readonly consoleOrigin?: string | undefined;
}
