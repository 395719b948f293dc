import { parseAddress } from '../address/address.ts';
import { calculateRisk } from '../alarm/risk.ts';
import type { Assets } from '../asset/assets.ts';
import type { Rule } from '../directive/directive.ts';
import type { Backlog, RiskTerms } from './backlog.ts';

/** The risk of a backlog whose stage `rule` finishes at `now`, with what it is made of (SPEC §5). */
export function weighRisk(backlog: Backlog, rule: Rule, now: number, assets: Assets): RiskTerms {
  let assetValue = 0;
  let valued = '';
  for (const ips of [backlog.srcIps, backlog.dstIps]) {
    for (const ip of ips) {
      const address = parseAddress(ip);
      const value = address === undefined ? 0 : assets.value(address);
      if (value > assetValue) {
        assetValue = value;
        valued = ip;
      }
    }
  }
  const { priority } = backlog.head;
  const { reliability } = rule;
  const risk = calculateRisk(priority, reliability, assetValue);
  return { time: now, priority, reliability, assetValue, address: valued, risk };
}
