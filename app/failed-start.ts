import type { Options } from '../config/options.ts';

/** What an operator has to know of a start that the system did not allow. */
export interface FailedStart {
  /** Of the system: EADDRINUSE. */
  readonly code: string;
  readonly problem: string;
  readonly remedy: string;
}

type Explain = (options: Options) => Omit<FailedStart, 'code'>;

const LISTENING: Readonly<Record<string, Explain>> = {
  EADDRINUSE: ({ tcpPort }) => ({
    problem: 'another program listens there',
    remedy: `stop it (ss -ltnp 'sport = :${String(tcpPort)}' names it), or give another --tcp-port`,
  }),
  EADDRNOTAVAIL: () => ({
    problem: 'no interface of this machine has the address',
    remedy: 'give one of this machine as --ip-address, or 0.0.0.0 for all',
  }),
  EACCES: () => ({
    problem: 'this user may not listen on that port',
    remedy: 'give a --tcp-port of 1024 or more, or the service the capability CAP_NET_BIND_SERVICE',
  }),
};

const WRITING: Readonly<Record<string, Explain>> = {
  EACCES: noRight,
  EPERM: noRight,
  EROFS: ({ logDir }) => ({
    problem: `the log directory ${logDir} is on a file system that is read-only`,
    remedy: 'give a --log-dir that can be written',
  }),
  ENOSPC: ({ logDir }) => ({
    problem: `the disk of the log directory ${logDir} is full`,
    remedy: 'make room, or give a --log-dir on another disk',
  }),
  ENOTDIR: ({ logDir }) => ({
    problem: `the log directory ${logDir} is a file, or within one`,
    remedy: 'give a folder as --log-dir',
  }),
};

/** Why the start failed and what to do, for the system's errors that an operator can put right; undefined for others. */
export function explainFailedStart(err: unknown, options: Options): FailedStart | undefined {
  if (!(err instanceof Error) || !('code' in err) || typeof err.code !== 'string') return undefined;
  // the lock of the log directory is a Unix socket, which has no port
  const isOfListening = 'syscall' in err && err.syscall === 'listen' && 'port' in err;
  const explain = (isOfListening ? LISTENING : WRITING)[err.code];
  return explain && { code: err.code, ...explain(options) };
}

function noRight({ logDir }: Options): Omit<FailedStart, 'code'> {
  const { uid, gid } = ownIds();
  return {
    problem: `this user (${uid}) may not write to the log directory ${logDir}`,
    remedy: `chown -R ${uid}:${gid} ${logDir}, or give another --log-dir`,
  };
}

function ownIds(): { readonly uid: string; readonly gid: string } {
  return { uid: String(process.getuid?.() ?? '?'), gid: String(process.getgid?.() ?? '?') };
}
