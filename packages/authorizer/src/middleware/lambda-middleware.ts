/**
 * A middleware as middy 5 and later take it. Not middy's own type, which cannot be checked unless
 * packages are installed that middy leaves optional.
 */
export interface LambdaMiddleware<Event, Result> {
  /** An answer ends the request: the handler is not called. */
  before(request: { event: Event }): Result | undefined | Promise<Result | undefined>;
}
