import type { Assets } from '../asset/assets.ts';
import { matchesRule } from '../correlation/advance.ts';
import type { Directive, Route } from '../directive/directive.ts';
import { Router } from '../directive/router.ts';
import { parseEvent } from '../event/parse-event.ts';
import type { AddressChooser } from './address-chooser.ts';
import { pickOne, type Random } from './random.ts';
import { SIMULATION_SENSOR, stampEvent, type SimulatedEvent } from './simulated-event.ts';
import { ephemeralPort } from './text-candidates.ts';

/** What noise is made for and from. */
export interface NoiseMaker {
  readonly directives: readonly Directive[];
  readonly assets: Assets;
  readonly addresses: AddressChooser;
  readonly random: Random;
}

/** What goes on in a network all day long. */
const EVERYDAY: readonly Pick<SimulatedEvent, 'title' | 'dst_port' | 'protocol'>[] = [
  { title: 'A page is fetched', dst_port: 443, protocol: 'TCP' },
  { title: 'A name is looked up', dst_port: 53, protocol: 'UDP' },
  { title: 'A user logs in', dst_port: 22, protocol: 'TCP' },
  { title: 'A file is opened on a share', dst_port: 445, protocol: 'TCP' },
  { title: 'A mail is delivered', dst_port: 25, protocol: 'TCP' },
  { title: 'The clock is set', dst_port: 123, protocol: 'UDP' },
  { title: 'A query of a database', dst_port: 5432, protocol: 'TCP' },
];
const EVERYDAY_KEY = { product: 'Simulated background', category: 'Everyday' };
/** The share of noise that looks like the events of directives, and has to be matched before it is let go. */
const NEAR_SHARE = 0.25;
const NEAR_TRIES = 8;
const TIME = '2027-01-15T08:00:00Z';

/**
 * An endless source of background events that open no backlog and take part in none by themselves: everyday traffic, and a
 * share that has the keys of a directive's rule but not its values.
 */
export function createNoise(maker: NoiseMaker): () => SimulatedEvent {
  const { directives, random } = maker;
  const router = new Router<Directive>();
  const routes: Route[] = [];
  for (const directive of directives) {
    for (const route of directive.ruleSet.routes) {
      router.add(route, directive);
      routes.push(route);
    }
  }
  const isHarmless = (event: SimulatedEvent): boolean => {
    const parsed = parseEvent(stampEvent(event, { id: 'noise', time: TIME }));
    if (parsed === undefined) return false;
    const concerned = router.find(parsed) ?? [];
    return concerned.every(({ ruleSet }) =>
      ruleSet.rules.every((rule) => !matchesRule(rule, parsed, [], maker.assets)),
    );
  };
  const makeNear = (): SimulatedEvent | undefined => {
    for (let tries = 0; tries < NEAR_TRIES; tries += 1) {
      const route = pickOne(routes, random);
      if (route === undefined) return undefined;
      const event = { ...makeEveryday(maker), ...keyOf(route) };
      if (isHarmless(event)) return event;
    }
    return undefined;
  };
  return () =>
    (random() < NEAR_SHARE ? makeNear() : undefined) ?? {
      ...makeEveryday(maker),
      ...EVERYDAY_KEY,
    };
}

function keyOf(route: Route): SimulatedEvent {
  return route.type === 'plugin'
    ? { plugin_id: route.pluginId, plugin_sid: route.pluginSid }
    : { product: route.product, category: route.category };
}

function makeEveryday({ addresses, random }: NoiseMaker): SimulatedEvent {
  const wish = { preferred: [], seen: new Set<string>() };
  const inside = { ...wish, text: 'HOME_NET', taste: 'network' } as const;
  const outside = { ...wish, text: 'ANY', taste: 'outside' } as const;
  const isInbound = random() < 0.3;
  const from = addresses.choose({ ...(isInbound ? outside : inside), isSource: true });
  const to = addresses.choose({ ...(random() < 0.5 ? outside : inside), isSource: false });
  return {
    ...pickOne(EVERYDAY, random),
    sensor: SIMULATION_SENSOR,
    src_ip: from ?? '198.18.0.1',
    dst_ip: to ?? '198.18.0.2',
    src_port: ephemeralPort(random()),
  };
}
