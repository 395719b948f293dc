/** What one client may take of the server; all of it can be made smaller in tests. */
export interface ServerLimits {
  /** All header lines of a request together; more is answered 431. */
  readonly headerBytes: number;
  /** A request's header lines must be complete by then; 408. */
  readonly headersMs: number;
  /** A body must be complete by then; 408. */
  readonly bodyMs: number;
  /** Within each such span at least `bodyProgressBytes` of a body must arrive; 408. */
  readonly bodyProgressMs: number;
  readonly bodyProgressBytes: number;
  /** Bodies that are not complete yet, of all requests together; over it 503. */
  readonly bufferedBytes: number;
  /** Compressed bodies that are decompressed at the same time; the others wait. */
  readonly decodings: number;
  /** An idle connection is closed then. Longer than the idle time of common clients' pools, so that they close first. */
  readonly keepAliveMs: number;
  /** Connections at the same time; further ones are dropped. */
  readonly connections: number;
  /** Clients of the rate stream at the same time; further ones are answered 503. */
  readonly epsClients: number;
  /** A configuration file's and an events body's size, after decompression too; 413. */
  readonly configurationBytes: number;
  readonly eventsBytes: number;
  /** Wrong tokens of one address in a minute; further ones are answered 429. */
  readonly wrongTokens: number;
  /** The JSON body of a request to /api; 413. */
  readonly apiBytes: number;
}

const MEBIBYTE = 1024 * 1024;

/** The limits of a running product (SPEC §11 for the sizes of bodies). */
export const DEFAULT_LIMITS: ServerLimits = {
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  bodyMs: 60_000,
  bodyProgressMs: 10_000,
  bodyProgressBytes: 1024,
  bufferedBytes: 256 * MEBIBYTE,
  decodings: 4,
  keepAliveMs: 75_000,
  connections: 4096,
  epsClients: 100,
  configurationBytes: 100 * MEBIBYTE,
  eventsBytes: 16 * MEBIBYTE,
  wrongTokens: 5,
  apiBytes: MEBIBYTE,
};
