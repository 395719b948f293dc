// The connection to NATS. It owns the retries itself, with a fresh connection of the library each time: so what was
// published and not confirmed when a connection ended is known, and nothing is sent again behind the publisher's back.
import { setTimeout as delay } from 'node:timers/promises';
import {
  connect,
  type ConnectionOptions,
  type Msg,
  type NatsConnection,
} from '@nats-io/transport-node';
import type Logger from 'bunyan';
import type { NatsAddress } from './nats-address.ts';
import { NatsAwayError, type NatsCounters, type NatsLink, type NatsMessage } from './nats-link.ts';
import { identify, type NatsCredentials } from './nats-credentials.ts';
import { natsRemedy } from './remedies.ts';
import { createToldProblems, type ToldProblems } from './told-problems.ts';

export interface NatsLinkDeps {
  readonly address: NatsAddress;
  readonly credentials: NatsCredentials;
  /** Shown in the server's list of clients. */
  readonly name: string;
  readonly log: Logger;
  /** How often a silent connection is asked for life; it is given up after three without an answer. Default 5 s. */
  readonly pingMs?: number;
  /** The longest pause between attempts; default 2 s. */
  readonly retryMs?: number;
  /** How often the log says again that NATS is still away; default 60 s. */
  readonly remindMs?: number;
}

const PING_MS = 5_000;
const PINGS_WITHOUT_ANSWER = 3;
const CONNECT_MS = 5_000;
const FIRST_RETRY_MS = 100;
const RETRY_MS = 2_000;
const REMIND_MS = 60_000;
const DEFAULT_MAX_PAYLOAD = 1_048_576;

interface Subscription {
  readonly subject: string;
  readonly take: (message: NatsMessage) => void;
  unsubscribe: (() => void) | undefined;
}

/** Connects in the background and again after each loss, for as long as it is not closed. */
export function openNatsLink(deps: NatsLinkDeps): NatsLink {
  return new Link(deps);
}

class Link implements NatsLink {
  readonly counters: NatsCounters = { connects: 0, disconnects: 0, failures: 0 };
  readonly #deps: NatsLinkDeps;
  readonly #subscriptions = new Set<Subscription>();
  readonly #listeners: ((isConnected: boolean) => void)[] = [];
  readonly #end = new AbortController();
  readonly #ended: Promise<void>;
  readonly #told: ToldProblems;
  #connection: NatsConnection | undefined;
  #maxPayload = DEFAULT_MAX_PAYLOAD;
  #problem: string | undefined;
  #sinceMs = Date.now();

  constructor(deps: NatsLinkDeps) {
    this.#deps = deps;
    this.#told = createToldProblems(deps.remindMs ?? REMIND_MS);
    this.#ended = this.#run();
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  get maxPayload(): number {
    return this.#maxPayload;
  }

  publish(subject: string, data: string | Uint8Array): boolean {
    const connection = this.#connection;
    if (connection === undefined || connection.isClosed()) return false;
    try {
      connection.publish(subject, data);
      return true;
    } catch (err) {
      this.#deps.log.error({ err, subject, bytes: data.length }, 'a message cannot be published');
      return false;
    }
  }

  async flush(): Promise<void> {
    if (this.#connection === undefined) throw new NatsAwayError('NATS is away');
    await this.#connection.flush();
  }

  subscribe(subject: string, take: (message: NatsMessage) => void): () => void {
    const subscription: Subscription = { subject, take, unsubscribe: undefined };
    this.#subscriptions.add(subscription);
    if (this.#connection !== undefined) this.#begin(this.#connection, subscription);
    return () => {
      this.#subscriptions.delete(subscription);
      subscription.unsubscribe?.();
    };
  }

  async request(
    subject: string,
    data: string | Uint8Array,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    if (this.#connection === undefined) throw new NatsAwayError('NATS is away');
    const answer = await this.#connection.request(subject, data, { timeout: timeoutMs });
    return answer.data;
  }

  onChange(listener: (isConnected: boolean) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#connection?.close();
    await this.#ended;
  }

  async #run(): Promise<void> {
    let pauseMs = FIRST_RETRY_MS;
    while (!this.#isEnding()) {
      const connection = await this.#attempt();
      if (connection !== undefined) {
        pauseMs = FIRST_RETRY_MS;
        await this.#live(connection);
      }
      if (this.#isEnding()) return;
      await this.#pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, this.#deps.retryMs ?? RETRY_MS);
    }
  }

  async #attempt(): Promise<NatsConnection | undefined> {
    try {
      return await connect(await this.#options());
    } catch (err) {
      this.counters.failures += 1;
      this.#tellFailure(describe(err));
      return undefined;
    }
  }

  #tellFailure(problem: string): void {
    const { address, log } = this.#deps;
    this.#problem = problem;
    if (!this.#told.isDue(problem)) return;
    const { servers } = address;
    const seconds = Math.floor((Date.now() - this.#sinceMs) / 1000);
    const remedy = natsRemedy(problem);
    log.warn({ servers, problem, seconds, remedy }, 'NATS cannot be reached, it is tried again');
  }

  async #options(): Promise<ConnectionOptions> {
    const { address, credentials, name, pingMs } = this.#deps;
    return {
      ...(await identify(address, credentials)),
      servers: [...address.servers],
      name,
      reconnect: false,
      timeout: CONNECT_MS,
      pingInterval: pingMs ?? PING_MS,
      maxPingOut: PINGS_WITHOUT_ANSWER,
    };
  }

  async #live(connection: NatsConnection): Promise<void> {
    if (this.#isEnding()) {
      await connection.close();
      return;
    }
    this.#maxPayload = connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
    this.#connection = connection;
    this.#problem = undefined;
    this.#told.forget();
    this.counters.connects += 1;
    for (const subscription of this.#subscriptions) this.#begin(connection, subscription);
    void this.#follow(connection);
    this.#deps.log.info({ server: connection.getServer() }, 'connected to NATS');
    this.#tell(true);
    const cause = await connection.closed();
    this.#connection = undefined;
    this.counters.disconnects += 1;
    if (!this.#isEnding()) {
      this.#problem = cause instanceof Error ? describe(cause) : 'the connection ended';
      this.#deps.log.warn({ problem: this.#problem }, 'NATS is away, it is tried again');
    }
    this.#tell(false);
  }

  /** What the server says beside messages; a larger max_payload after a reload comes with the next connection. */
  async #follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type !== 'error') continue;
      this.#deps.log.error({ problem: status.error.message }, 'NATS refuses what this node does');
    }
  }

  #begin(connection: NatsConnection, subscription: Subscription): void {
    const { subject, take } = subscription;
    const made = connection.subscribe(subject, {
      callback: (err, message) => {
        if (err !== null) return;
        try {
          take(readMessage(message));
        } catch (error) {
          this.#deps.log.error({ err: error, subject }, 'a message could not be handled');
        }
      },
    });
    subscription.unsubscribe = () => {
      made.unsubscribe();
    };
  }

  #tell(isConnected: boolean): void {
    this.#sinceMs = Date.now();
    for (const listener of this.#listeners) listener(isConnected);
  }

  #isEnding(): boolean {
    return this.#end.signal.aborted;
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#end.signal }).catch(() => undefined);
  }
}

function readMessage(message: Msg): NatsMessage {
  const { reply } = message;
  if (reply === undefined || reply === '') return { data: message.data, respond: undefined };
  return {
    data: message.data,
    respond: (data) => {
      message.respond(data);
    },
  };
}

/** The message and its innermost cause; the library puts no credentials into either. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${describe(error.cause)}` : '';
  return `${error.message}${cause}`;
}
