/** The engine refused or could not be reached; `status` 0 means that no answer came. */
export class ApiError extends Error {
  readonly status: number;
  /** A word such as `not_found`; `unreachable` without an answer. */
  readonly code: string;
  /** The whole `error` of the answer. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, details: Readonly<Record<string, unknown>>) {
    super(textOf(details['message']) || `The engine answered ${String(status)}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = textOf(details['code']);
    this.details = details;
  }
}

/** The error to show for what a request threw; null when it was given up by its own signal. */
export function toApiError(thrown: unknown): ApiError | null {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return null;
  return new ApiError(0, { code: 'unreachable', message: 'The engine does not answer' });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
