import { z } from 'zod';
import { parseIndicator, type Indicator } from './indicator.ts';

const objectSchema = z.object({
  type: z.string(),
  pattern: z.string().optional(),
  pattern_type: z.string().optional(),
  value: z.string().optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  labels: z.array(z.string()).optional(),
  indicator_types: z.array(z.string()).optional(),
  revoked: z.boolean().optional(),
  valid_until: z.string().optional(),
});
type StixObject = z.infer<typeof objectSchema>;

const bundleSchema = z.object({
  type: z.literal('bundle'),
  objects: z.array(z.unknown()).default([]),
});

const ADDRESS_TYPE = String.raw`network-traffic:(?:src|dst)_ref\.type\s*=\s*'ipv[46]-addr'\s+AND\s+`;
const ADDRESS_PATH = String.raw`(?:ipv[46]-addr:value|network-traffic:(?:src|dst)_ref\.value)`;
const COMPARISON = String.raw`(?:${ADDRESS_TYPE})?${ADDRESS_PATH}\s*(?:=|ISSUBSET|IN)\s*(?:'[^']*'|\(\s*'[^']*'(?:\s*,\s*'[^']*')*\s*\))`;
const OBSERVATION = String.raw`\[\s*${COMPARISON}(?:\s+OR\s+${COMPARISON})*\s*\]`;
const ADDRESS_PATTERN = new RegExp(String.raw`^\s*${OBSERVATION}(?:\s+OR\s+${OBSERVATION})*\s*$`);

/**
 * The indicators of a STIX 2.1 bundle: indicator objects whose pattern is a choice of addresses or blocks, and observed
 * ipv4-addr and ipv6-addr objects. A pattern with further conditions is passed over: the address alone does not mean it.
 */
export function* readStixBundle(text: string): Generator<Indicator | undefined> {
  const bundle = bundleSchema.safeParse(JSON.parse(text));
  if (!bundle.success) throw new Error('the file is no STIX bundle');
  for (const candidate of bundle.data.objects) {
    const { data: object } = objectSchema.safeParse(candidate);
    if (object === undefined || object.revoked === true) continue;
    for (const value of addressesOf(object)) {
      const network = parseIndicator(value);
      yield network && { network, label: labelOf(object), validUntilMs: validUntil(object) };
    }
  }
}

function addressesOf(object: StixObject): readonly string[] {
  if (object.type === 'ipv4-addr' || object.type === 'ipv6-addr') {
    return object.value === undefined ? [] : [object.value];
  }
  const { pattern = '', pattern_type: language = 'stix' } = object;
  if (object.type !== 'indicator' || language !== 'stix') return [];
  if (!ADDRESS_PATTERN.test(pattern)) return [];
  return [...pattern.replaceAll(new RegExp(ADDRESS_TYPE, 'g'), '').matchAll(/'([^']*)'/g)].map(
    ([, value = '']) => value,
  );
}

function labelOf(object: StixObject): string {
  const { name, description, indicator_types: types, labels } = object;
  return name ?? description ?? types?.join(', ') ?? labels?.join(', ') ?? '';
}

function validUntil({ valid_until: time }: StixObject): number | undefined {
  const parsed = Date.parse(time ?? '');
  return Number.isNaN(parsed) ? undefined : parsed;
}
