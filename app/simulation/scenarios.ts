import type { Directive } from '../../core/directive/directive.ts';

/** A story: one attacker goes through several directives in a row. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** For each step the ATT&CK techniques of which its directive has one; the first directive that has is taken. */
  readonly steps: readonly (readonly string[])[];
}

/** The stories that `--scenario` knows. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'ssh-takeover',
    description:
      'a scan, password guessing until a login, root, an account of the attacker, no logs',
    steps: [['T1046', 'T1595'], ['T1110.001', 'T1110'], ['T1548', 'T1068'], ['T1136'], ['T1070']],
  },
  {
    name: 'web-attack',
    description: 'attacks on a web server, a web shell, beaconing, data carried off',
    steps: [['T1505'], ['T1071.001', 'T1573', 'T1071'], ['T1048', 'T1567', 'T1041']],
  },
  {
    name: 'ransomware',
    description: 'malware calls out, moves on by a service, deletes backups and encrypts',
    steps: [['T1204', 'T1566'], ['T1021'], ['T1490', 'T1486'], ['T1070']],
  },
];

/** A step for which there is no directive is left out. */
export function findSteps(
  { steps }: Scenario,
  directives: readonly Directive[],
): { readonly found: readonly Directive[]; readonly missing: readonly string[] } {
  const found: Directive[] = [];
  const missing: string[] = [];
  for (const techniques of steps) {
    const step = findStep(techniques, directives, found);
    if (step === undefined) missing.push(techniques.join(' or '));
    else found.push(step);
  }
  return { found, missing };
}

function findStep(
  techniques: readonly string[],
  directives: readonly Directive[],
  taken: readonly Directive[],
): Directive | undefined {
  for (const technique of techniques) {
    const step = directives.find(
      (directive) =>
        !taken.includes(directive) &&
        directive.source.attack?.some((id) => id === technique || id.startsWith(`${technique}.`)),
    );
    if (step !== undefined) return step;
  }
  return undefined;
}
