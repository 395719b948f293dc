import type { Duplex } from 'node:stream';
import type Logger from 'bunyan';
import { ABORTED, MALFORMED_REQUEST, TOO_SLOW, type BodyFault } from './body-faults.ts';
import { rawAnswer, type ErrorAnswer } from './error-answer.ts';
import type { BodyReader } from './read-body.ts';

const HEADERS_TOO_LARGE: ErrorAnswer = {
  status: 431,
  code: 'headers_too_large',
  message: 'the header lines are too long',
};
/** Handles node's `clientError`: answers what can be answered and ends the connection; only a trace line is left of it. */
export function createConnectionErrorHandler(
  bodies: BodyReader,
  log: Logger,
): (error: Error, socket: Duplex) => void {
  return (error, socket) => {
    const code = 'code' in error ? error.code : undefined;
    log.trace({ err: error }, 'connection failed');
    if (code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const fault = faultOf(code);
    // a request whose body fails on the way is answered, and counted, where it is read
    if (bodies.fail(socket, fault)) {
      socket.end();
      return;
    }
    if (isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const answer = code === 'HPE_HEADER_OVERFLOW' ? HEADERS_TOO_LARGE : fault;
    socket.end(rawAnswer(answer), () => {
      socket.destroy();
    });
  };
}

function faultOf(code: unknown): BodyFault {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return TOO_SLOW;
  return code === 'HPE_INVALID_EOF_STATE' ? ABORTED : MALFORMED_REQUEST;
}

/** Whether an answer is on its way on this connection, into which another must not be written; node tells it by this property only. */
function isAnswering(socket: Duplex): boolean {
  return '_httpMessage' in socket && socket._httpMessage !== null;
}
