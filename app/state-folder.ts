import { join } from 'node:path';
import type { Options } from '../config/options.ts';

/**
 * Where a node keeps what is its own: in a cluster a folder with its role and name in the log directory, which frontend
 * and backend may share; alarm files and saved backlogs lie in the log directory itself (SPEC §11).
 */
export function stateFolder({
  mode,
  node,
  logDir,
}: Pick<Options, 'mode' | 'node' | 'logDir'>): string {
  switch (mode) {
    case 'standalone':
      return logDir;
    case 'cluster-frontend':
      return join(logDir, `frontend-${node}`);
    case 'cluster-backend':
      return join(logDir, `backend-${node}`);
  }
}
