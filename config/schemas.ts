// The shapes of the four kinds of configuration files (SPEC §2, §3, §8). What a text means (addresses, references, stages)
// is core's to judge; keys that are not named here are ignored, as the reference's files carry others.

import { z } from 'zod';

import type { FileKind } from './file-kind.ts';
import { isRecord } from './json-value.ts';

function text(): z.ZodString {
  return z.string('must be a text');
}

function filledText(): z.ZodString {
  return text().min(1, 'must not be empty');
}

function wholeNumber(minimum: number, maximum?: number): z.ZodInt {
  const range =
    maximum === undefined
      ? `${String(minimum)} or more`
      : `${String(minimum)} to ${String(maximum)}`;
  const problem = `must be a whole number, ${range}`;
  const atLeast = z.int(problem).min(minimum, problem);
  return maximum === undefined ? atLeast : atLeast.max(maximum, problem);
}

function list<Entry extends z.ZodType>(entry: Entry): z.ZodArray<Entry> {
  return z.array(entry, 'must be a list');
}

function yesOrNo(): z.ZodBoolean {
  return z.boolean('must be true or false');
}

/** An ATT&CK technique, sub-technique or tactic: T1110, T1110.001, TA0006. */
export const ATTACK_ID = /^T(\d{4}(\.\d{3})?|A\d{4})$/;

/** An http or https address that can stand behind a link. */
export const WEB_ADDRESS = /^https?:\/\/[^\s/?#]\S*$/;

const MUST_BE_OBJECT = 'must be an object';

const ruleShape = {
  name: text().exactOptional().describe('What the stage looks for'),
  stage: wholeNumber(1, 255).describe('Position in the directive: unique, from 1 without a gap'),
  occurrence: wholeNumber(1).describe('Distinct events that finish the stage; 1 in stage 1'),
  reliability: wholeNumber(0, 10),
  timeout: wholeNumber(0).exactOptional().describe('Seconds the stage waits for its events'),
  from: filledText().describe(
    'ANY, HOME_NET, !HOME_NET, :N, or addresses and CIDRs with commas between',
  ),
  to: filledText().describe(
    'ANY, HOME_NET, !HOME_NET, :N, or addresses and CIDRs with commas between',
  ),
  port_from: text().exactOptional().describe('ANY, :N, or ports with commas between'),
  port_to: text().exactOptional().describe('ANY, :N, or ports with commas between'),
  protocol: text().exactOptional().describe('ANY, :N, or a text that must be equal'),
  custom_data1: text().exactOptional().describe('ANY, :N, or texts with commas between'),
  custom_data2: text().exactOptional().describe('ANY, :N, or texts with commas between'),
  custom_data3: text().exactOptional().describe('ANY, :N, or texts with commas between'),
  sticky_different: text()
    .exactOptional()
    .describe(
      'Field whose value must differ in every event of the stage: PLUGIN_SID, SRC_IP, DST_IP, SRC_PORT, DST_PORT or CUSTOM_DATA1..3',
    ),
};

const pluginRule = z.object({
  ...ruleShape,
  type: z.literal('PluginRule'),
  plugin_id: wholeNumber(1),
  plugin_sid: list(wholeNumber(1)).min(1, 'must hold at least one number'),
});

const taxonomyRule = z.object({
  ...ruleShape,
  type: z.literal('TaxonomyRule'),
  product: list(text()).min(1, 'must hold at least one text'),
  category: filledText(),
  subcategory: list(text()).exactOptional().describe('"ANY" in it matches all'),
});

/** One directive as written, a DirectiveSource. */
export const directiveSchema = z.object(
  {
    id: wholeNumber(1).describe('Unique over all enabled directives of all files'),
    name: filledText().describe('Title of the alarm; SRC_IP and DST_IP become the addresses'),
    kingdom: filledText(),
    category: filledText(),
    priority: wholeNumber(1, 5),
    disabled: yesOrNo().exactOptional(),
    all_rules_always_active: yesOrNo().exactOptional(),
    rules: list(
      z.discriminatedUnion('type', [pluginRule, taxonomyRule], {
        error: ({ input }) =>
          isRecord(input) ? 'must be PluginRule or TaxonomyRule' : MUST_BE_OBJECT,
      }),
    ).min(2, 'must hold at least 2 rules'),
    description: text().exactOptional().describe('What the directive detects, and why'),
    runbook: text()
      .regex(WEB_ADDRESS, 'must be an address that begins with http:// or https://')
      .exactOptional()
      .describe('Address of what to do about an alarm'),
    false_positives: list(filledText()).exactOptional().describe('Harmless causes that are known'),
    attack: list(text().regex(ATTACK_ID, 'must be an ATT&CK id such as T1110, T1110.001 or TA0006'))
      .exactOptional()
      .describe('MITRE ATT&CK techniques and tactics such as T1110, T1110.001 and TA0006'),
  },
  MUST_BE_OBJECT,
);

/** One asset as written, an AssetSource. */
export const assetSchema = z.object(
  {
    name: filledText(),
    cidr: filledText().describe('IPv4 or IPv6 network in CIDR notation, or one address'),
    value: wholeNumber(1, 5).describe('What it is worth, 5 is most'),
    whitelisted: yesOrNo().exactOptional().describe('Drop events from it before correlation'),
  },
  MUST_BE_OBJECT,
);

const sourceShape = {
  name: filledText(),
  plugin: filledText(),
  enabled: yesOrNo(),
  config: text().describe('The configuration for the plugin, a JSON object written as a string'),
};

/** One source of threat intelligence as written. */
export const intelSourceSchema = z.object(
  { ...sourceShape, type: z.literal('IP', 'must be "IP"') },
  MUST_BE_OBJECT,
);

/** One source of vulnerability findings as written. */
export const vulnSourceSchema = z.object(
  { ...sourceShape, type: z.literal('IP-Port', 'must be "IP-Port"') },
  MUST_BE_OBJECT,
);

const fileSchemas = {
  directives: z.object({ directives: z.array(directiveSchema) }).describe('Dsiem directives'),
  assets: z.object({ assets: z.array(assetSchema) }).describe('Dsiem assets'),
  intel: z
    .object({ intel_sources: z.array(intelSourceSchema) })
    .describe('Dsiem threat intelligence sources'),
  vuln: z
    .object({ vuln_sources: z.array(vulnSourceSchema) })
    .describe('Dsiem vulnerability sources'),
};

/** The JSON Schema (draft 7) of one kind of file, for editors. */
export function fileJsonSchema(kind: FileKind): unknown {
  return z.toJSONSchema(fileSchemas[kind], { target: 'draft-7', io: 'input' });
}
