import { z } from 'zod';
import type { CheckedBacklog } from '../core/correlation/saved-backlog.ts';

const text = z.string();
const count = z.number().int().min(0);
const unixSeconds = z.number().int();
const finding = z.object({ provider: text, term: text, result: text });

const firstEvent = z
  .object({
    srcIp: text.optional(),
    dstIp: text.optional(),
    srcPort: count.optional(),
    dstPort: count.optional(),
    protocol: text.optional(),
    customData1: text.optional(),
    customData2: text.optional(),
    customData3: text.optional(),
  })
  .transform((event) => ({
    srcIp: event.srcIp,
    dstIp: event.dstIp,
    srcPort: event.srcPort,
    dstPort: event.dstPort,
    protocol: event.protocol,
    customData1: event.customData1,
    customData2: event.customData2,
    customData3: event.customData3,
  }));

const riskTerms = z.object({
  time: unixSeconds,
  priority: count,
  reliability: count,
  assetValue: count,
  address: text,
  risk: count,
});

const rule = z.object({
  name: text.optional(),
  type: z.enum(['PluginRule', 'TaxonomyRule']),
  stage: z.number().int().min(1).max(255),
  occurrence: z.number().int().min(1),
  reliability: z.number().int().min(0).max(10),
  timeout: count.optional(),
  from: text.min(1),
  to: text.min(1),
  port_from: text.optional(),
  port_to: text.optional(),
  protocol: text.optional(),
  custom_data1: text.optional(),
  custom_data2: text.optional(),
  custom_data3: text.optional(),
  sticky_different: text.optional(),
  plugin_id: count.optional(),
  plugin_sid: z.array(count).optional(),
  product: z.array(text).optional(),
  category: text.optional(),
  subcategory: z.array(text).optional(),
  start_time: unixSeconds.optional(),
  end_time: unixSeconds.optional(),
  status: text.optional(),
  saved_event_ids: z.array(text).optional(),
  saved_sticky_diffdata: z
    .object({ sdiff_string: z.array(text).optional(), sdiff_int: z.array(count).optional() })
    .nullish()
    .transform((values) => values ?? undefined),
});

/** The keys that are used of a saved backlog, ours or the reference's (SPEC §10); others are ignored. */
const savedBacklog = z.object({
  alarm_id: text.regex(/^[A-Za-z0-9_-]{1,64}$/),
  title: text,
  created_time: unixSeconds,
  update_time: unixSeconds,
  risk: count.max(10),
  rules: z.array(rule).min(2),
  src_ips: z.array(text),
  dst_ips: z.array(text),
  intel_hits: z.array(finding).optional(),
  vulnerabilities: z.array(finding).optional(),
  custom_data: z.array(z.object({ label: text, content: text })).optional(),
  saved_src_socketaddr: z.array(text).optional(),
  saved_dst_socketaddr: z.array(text).optional(),
  dsiem_ts: z
    .object({
      directive_name: text,
      sequence: z.number().int(),
      event_count: count,
      first_event: unixSeconds,
      last_event: unixSeconds,
      status: text.optional(),
      tag: text.optional(),
      deleted: z.boolean().optional(),
      first_events: z.array(firstEvent.nullable()),
      risk_terms: z.array(riskTerms.nullable()),
    })
    .optional(),
});

/** The saved backlog in a parsed JSON value, or the place and nature of what is wrong with it. */
export function checkSavedBacklog(value: unknown): CheckedBacklog | string {
  const parsed = savedBacklog.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return issue === undefined ? 'has a wrong shape' : `${issue.path.join('.')}: ${issue.message}`;
}
