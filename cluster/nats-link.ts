/** One message; `respond` is there when the sender waits for an answer. */
export interface NatsMessage {
  readonly data: Uint8Array;
  readonly respond: ((data: string | Uint8Array) => void) | undefined;
}

/** What a connection has been through since the start. */
export interface NatsCounters {
  connects: number;
  disconnects: number;
  /** Attempts that failed. */
  failures: number;
}

/** NATS as everything else in this folder sees it. Subscriptions and listeners outlast connections. */
export interface NatsLink {
  readonly isConnected: boolean;
  /** Unix milliseconds since when it is so. */
  readonly sinceMs: number;
  /** Why the last attempt failed, without credentials; undefined while connected. */
  readonly problem: string | undefined;
  /** Bytes that a message may hold, as the server said last. */
  readonly maxPayload: number;
  readonly counters: NatsCounters;
  /** Hands a message to the connection; false when there is none, or the message is larger than `maxPayload`. */
  publish(subject: string, data: string | Uint8Array): boolean;
  /** Resolves when the server has taken all that was published before; rejects when the connection ends first. */
  flush(): Promise<void>;
  /** Answers how to end it. */
  subscribe(subject: string, take: (message: NatsMessage) => void): () => void;
  /** Resolves with the first answer; rejects without one in time, also on servers that do not say that nobody listens. */
  request(subject: string, data: string | Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  /** Calls the listener at each change, in the order of subscription, after subscriptions were made anew. */
  onChange(listener: (isConnected: boolean) => void): void;
  close(): Promise<void>;
}

/** NATS is not connected. */
export class NatsAwayError extends Error {
  override readonly name = 'NatsAwayError';
}
