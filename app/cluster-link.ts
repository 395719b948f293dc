// What frontends and backends share: the connection to NATS, and who else is there.
import { randomBytes } from 'node:crypto';
import type Logger from 'bunyan';
import type { NodeRole } from '../cluster/announcement.ts';
import { parseNatsAddress } from '../cluster/nats-address.ts';
import { openNatsLink } from '../cluster/nats-connection.ts';
import type { NatsLink } from '../cluster/nats-link.ts';
import { openNodeDirectory, type NodeDirectory } from '../cluster/node-directory.ts';
import type { Options } from '../config/options.ts';

export interface ClusterLink {
  readonly link: NatsLink;
  readonly directory: NodeDirectory;
  /** The name of this run of this node, drawn at random. */
  readonly epoch: string;
  close(): Promise<void>;
}

/** Begins to connect, and goes on trying; throws TypeError for an address that is none. */
export function openClusterLink(options: Options, role: NodeRole, log: Logger): ClusterLink {
  const address = parseNatsAddress(options.msq);
  if (address === undefined) throw new TypeError('--msq: is no address of NATS');
  const clusterLog = log.child({ component: 'cluster' });
  const link = openNatsLink({
    address,
    credentials: {
      ...{ token: options.natsToken, tokenFile: options.natsTokenFile },
      ...{ user: options.natsUser, password: options.natsPassword },
      ...{ passwordFile: options.natsPasswordFile, nkeyFile: options.natsNkeyFile },
      ...{ credsFile: options.natsCredsFile, caFile: options.natsCa },
      ...{ certFile: options.natsCert, keyFile: options.natsKey },
    },
    name: `dsiem ${role} ${options.node}`,
    log: clusterLog,
  });
  const monotonicMs = (): number => performance.now();
  const directory = openNodeDirectory({ link, log: clusterLog, monotonicMs });
  return {
    ...{ link, directory, epoch: randomBytes(9).toString('base64url') },
    close: async () => {
      directory.close();
      await link.close();
    },
  };
}
