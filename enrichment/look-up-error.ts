/** A look-up that failed; `retry` tells whether asking again can help, which also is whether the source counts as down. */
export class LookUpError extends Error {
  readonly retry: boolean;

  constructor(message: string, options: { readonly retry: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'LookUpError';
    this.retry = options.retry;
  }
}

/** The failure that an HTTP status other than the expected stands for: 429 and 5xx may pass, others will not. */
export function statusError(status: number): LookUpError {
  return new LookUpError(`answered with status ${String(status)}`, {
    retry: status === 429 || status >= 500,
  });
}

/** Whether a failed look-up is worth another try: any error without `retry: false`. */
export function isRetryable(error: unknown): boolean {
  return !(error instanceof Error && 'retry' in error && error.retry === false);
}
