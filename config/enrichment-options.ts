// The rows of the option table for look-ups (SPEC §8).
import { MAX_TIMER_MINUTES, SWITCH, TEXT, integer } from './option-kind.ts';
import type { OptionTable } from './option-row.ts';

/** What is looked up, how long it is kept, and by which plugins. */
export const ENRICHMENT_OPTIONS: Pick<OptionTable, 'cache' | 'intelPrivateIp' | 'pluginDir'> = {
  cache: {
    flag: 'cache',
    short: 'c',
    olderFlags: ['cache-duration'],
    variable: 'DSIEM_CACHEDURATION',
    group: 'Enrichment',
    kind: integer(0, MAX_TIMER_MINUTES),
    default: 10,
    unit: 'minutes',
    description: 'How long results of intel and vuln look-ups are kept; 0 keeps none',
  },
  intelPrivateIp: {
    flag: 'intel_private_ip',
    variable: 'DSIEM_INTELPRIVATEIP',
    group: 'Enrichment',
    kind: SWITCH,
    default: false,
    description: 'Look up private addresses too',
  },
  pluginDir: {
    flag: 'plugin-dir',
    variable: 'DSIEM_PLUGIN_DIR',
    group: 'Enrichment',
    kind: TEXT,
    default: '',
    defaultText: 'none',
    description: 'Folder of look-up plugins of your own, ES modules; see docs/plugins.md',
  },
};
