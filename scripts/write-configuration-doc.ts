// Writes docs/configuration.md from the option table; test/config/configuration-doc.test.ts fails when the two differ.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { IGNORED_OPTIONS } from '../config/ignored-options.ts';
import { describeDefault, OPTION_GROUPS, type OptionGroup } from '../config/option-row.ts';
import { OPTION_NAMES, OPTION_TABLE } from '../config/option-table.ts';
import { dashed } from '../config/flag-spelling.ts';

/** The whole text of docs/configuration.md. */
export function configurationDocument(): string {
  return [
    INTRODUCTION,
    ...OPTION_GROUPS.map(describeGroup),
    describeIgnored(),
    CONFIGURATION_FILES,
  ].join('\n');
}

const INTRODUCTION = `# Configuration

<!-- Written by scripts/write-configuration-doc.ts: change config/option-table.ts or the script, then run it. -->

## How options are given

- A flag wins over its environment variable, the variable over the default. An empty variable counts as not set.
- A flag may be written with hyphens, underscores or in camel case: \`--max_eps\`, \`--max-eps\` and \`--maxEPS\` are one
  option. Where one is given twice, the last counts.
- A switch stands alone or has a value: \`--reload-backlogs=false\`. In the environment it is \`true\`, \`false\`, \`1\` or \`0\`.
- A list is one text with commas between its entries; blanks around an entry are dropped.
- A bad value, an unknown flag or options that contradict each other end the program with exit code 2; all of them are
  named at once. An unknown variable that begins with \`DSIEM_\` is a warning.
- Folders are relative to the working directory.

\`serve\`, the default command, may stand before or after the flags. \`dsiem check [folder]\` says whether a configuration
would load, \`dsiem schema directives|assets|intel|vuln\` prints the JSON Schema of a file, \`dsiem version\` the version.

## Options
`;

function describeGroup(group: OptionGroup): string {
  const rows = OPTION_NAMES.filter((name) => OPTION_TABLE[name].group === group).map((name) => {
    const row = OPTION_TABLE[name];
    const { flag, short, olderFlags = [], variable, olderVariables = [] } = row;
    const flags = [...(short === undefined ? [] : [short]), flag, ...olderFlags].map(dashed);
    const shown = row.defaultText ?? code(describeDefault(row));
    return [
      flags.map(code).join(', '),
      [variable, ...olderVariables].map(code).join(', '),
      shown,
      [row.kind.range, row.unit].filter((text) => text !== undefined && text !== '').join('; '),
      row.description,
    ];
  });
  return `### ${group}

${table(['Flag', 'Variable', 'Default', 'Value', 'What it does'], rows)}
`;
}

function describeIgnored(): string {
  const rows = IGNORED_OPTIONS.map(({ flag, variables, reason }) => [
    code(dashed(flag)),
    variables.map(code).join(', '),
    reason,
  ]);
  return `### Accepted with a warning

Installations of Dsiem and dsiem-rs pass these; they have no effect.

${table(['Flag', 'Variable', 'Why'], rows)}
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

const CONFIGURATION_FILES = `## Configuration files

All files are JSON in the folder \`--config-dir\`, read in alphabetical order at start. Everything is checked before anything
starts, and every fault of every file is named in one report:

    directives_web.json: directive 41007, stage 3, from: must name an earlier stage, got ":4" (line 12, column 9)

On a first start without a configuration (the folder is missing or has no \`*.json\`), a small starter set is copied there.

| Files | Hold | Needed |
| --- | --- | --- |
| \`directives_*.json\` | \`{"directives": […]}\`: the detections | at least one that is enabled |
| \`assets_*.json\` | \`{"assets": […]}\`: networks and hosts, and what they are worth | at least one |
| \`intel_*.json\` | \`{"intel_sources": […]}\`: where addresses are looked up | no |
| \`vuln_*.json\` | \`{"vuln_sources": […]}\`: where addresses with ports are looked up | no |

Keys that are not named here are ignored. A directive with \`"disabled": true\` is skipped with a warning.

### Directives

| Key | Value |
| --- | --- |
| \`id\` | whole number, 1 or more; unique over all enabled directives of all files |
| \`name\` | title of the alarm; \`SRC_IP\` and \`DST_IP\` in it become the addresses, or their assets' names |
| \`kingdom\`, \`category\` | texts |
| \`priority\` | 1 to 5 |
| \`rules\` | at least two, one for each stage |
| \`disabled\`, \`all_rules_always_active\` | \`true\` or \`false\` (the default) |
| \`description\`, \`runbook\`, \`false_positives\`, \`attack\` | optional: what it detects (a text), what to do (an address), harmless causes (a list of texts), MITRE ATT&CK ids (a list) such as \`T1110.001\` and \`TA0006\` |

A rule:

| Key | Value |
| --- | --- |
| \`name\` | what the stage looks for |
| \`type\` | \`PluginRule\` or \`TaxonomyRule\` |
| \`stage\` | unique, from 1 without a gap |
| \`occurrence\` | events that finish the stage; 1 in stage 1 |
| \`reliability\` | 0 to 10; risk is priority × reliability × asset value / 25 |
| \`timeout\` | seconds the stage waits for its events |
| \`plugin_id\`, \`plugin_sid\` | of a PluginRule: a number, and a list of numbers |
| \`product\`, \`category\`, \`subcategory\` | of a TaxonomyRule: a list of texts, a text, and a list that may be missing (\`"ANY"\` matches all) |
| \`from\`, \`to\` | \`ANY\`, \`HOME_NET\`, \`!HOME_NET\`, \`:N\`, or addresses and CIDRs with commas between, each negated by a \`!\` before it |
| \`port_from\`, \`port_to\` | \`ANY\` or missing, \`:N\`, or ports with commas between, each negated by a \`!\` before it |
| \`protocol\` | \`ANY\` or missing, \`:N\`, or a text that must be equal |
| \`custom_data1\` to \`custom_data3\` | \`ANY\` or missing, \`:N\`, or texts with commas between |
| \`sticky_different\` | count only events that bring a new value of this field: \`PLUGIN_SID\`, \`SRC_IP\`, \`DST_IP\`, \`SRC_PORT\`, \`DST_PORT\`, \`CUSTOM_DATA1\` to \`CUSTOM_DATA3\` |

\`:N\` is the value that the same field had in the first event of stage N, which must be an earlier one.

### Assets

\`name\`, \`cidr\` (a network or one address, IPv4 or IPv6), \`value\` (1 to 5), and \`whitelisted\` (\`true\`: events from it are
dropped). HOME_NET is what the assets that are not whitelisted contain.

### Intel and vuln sources

\`name\`, \`type\` (\`IP\` for intel, \`IP-Port\` for vuln), \`plugin\` (\`Wise\` for intel, \`Nesd\` for vuln), \`enabled\`, and \`config\`: the
plugin's own configuration, a JSON object written as a string, such as \`"{\\"url\\": \\"http://wise:8081/ip/\${ip}\\"}"\`.
`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationDocument());
}
