import type { ErrorAnswer } from './error-answer.ts';

/** Why a body could not be read. */
export interface BodyFault extends ErrorAnswer {
  readonly status: 400 | 408 | 413 | 415 | 503;
}

export const TOO_LARGE: BodyFault = {
  status: 413,
  code: 'too_large',
  message: 'the body is too large',
  endsConnection: true,
};
export const TOO_SLOW: BodyFault = {
  status: 408,
  code: 'request_timeout',
  message: 'the request did not arrive in time',
  endsConnection: true,
};
/** Nobody is left to be told; it is counted as a body that did not arrive. */
export const ABORTED: BodyFault = {
  status: 408,
  code: 'request_aborted',
  message: 'the connection ended before the body',
  endsConnection: true,
};
export const UNKNOWN_ENCODING: BodyFault = {
  status: 415,
  code: 'unsupported_encoding',
  message: 'the content encoding must be gzip, deflate, br or none',
  headers: { 'accept-encoding': 'gzip, deflate, br' },
};
export const MALFORMED_ENCODING: BodyFault = {
  status: 400,
  code: 'malformed_encoding',
  message: 'the body is not in its content encoding',
};
export const MALFORMED_REQUEST: BodyFault = {
  status: 400,
  code: 'malformed_request',
  message: 'the request is no valid HTTP',
  endsConnection: true,
};
export const TOO_MANY_BODIES: BodyFault = {
  status: 503,
  code: 'busy',
  message: 'too many bodies are on their way',
  headers: { 'retry-after': '1' },
  endsConnection: true,
};
