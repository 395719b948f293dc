import { dashed } from './flag-spelling.ts';
import type { OptionName } from './option-row.ts';
import type { OptionFault, OptionSources } from './option-rules.ts';
import { OPTION_TABLE } from './option-table.ts';
import type { Options } from './options.ts';

/** Options that mean nothing without another one. */
const NEEDS: readonly (readonly [OptionName, needed: OptionName])[] = [
  ['tlsCert', 'tlsKey'],
  ['tlsKey', 'tlsCert'],
  ['tlsClientCa', 'tlsCert'],
  ['userHeader', 'trustedProxy'],
  ['natsCert', 'natsKey'],
  ['natsKey', 'natsCert'],
  ['frontendCert', 'frontendKey'],
  ['frontendKey', 'frontendCert'],
];

/** Options of which one may be given. */
const ALTERNATIVES: readonly (readonly [OptionName, OptionName])[] = [
  ['adminToken', 'adminTokenFile'],
  ['analystToken', 'analystTokenFile'],
  ['readToken', 'readTokenFile'],
  ['eventsToken', 'eventsTokenFile'],
  ['natsToken', 'natsTokenFile'],
  ['natsPassword', 'natsPasswordFile'],
  ['natsNkeyFile', 'natsCredsFile'],
  ['frontendToken', 'frontendTokenFile'],
];

/** Options that a mode needs and that are missing, those that were given without the one they need, or together with the one whose place they take. */
export function findUnmetNeeds({ mode, node }: Options, sources: OptionSources): OptionFault[] {
  const isGiven = (name: OptionName): boolean => sources[name] !== 'default';
  const unmet = NEEDS.filter(([name, needed]) => isGiven(name) && !isGiven(needed));
  const doubled = ALTERNATIVES.filter(([first, second]) => isGiven(first) && isGiven(second));
  const isNameless = mode !== 'standalone' && node === '';
  return [
    ...(isNameless ? [{ option: '--node', problem: `is needed for a ${mode}` }] : []),
    ...unmet.map(([name, needed]) => ({
      option: spell(name, sources),
      problem: `needs ${spell(needed, sources)} too`,
    })),
    ...doubled.map(([first, second]) => ({
      option: spell(first, sources),
      problem: `must not be given together with ${spell(second, sources)}`,
    })),
  ];
}

function spell(name: OptionName, sources: OptionSources): string {
  const { flag, variable } = OPTION_TABLE[name];
  return sources[name] === 'environment' ? variable : dashed(flag);
}
