import { hostname } from 'node:os';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import type { ProcessFacts } from './figures.ts';

/** Who sends: as OpenTelemetry names it. */
export function createResource({ version, mode, node }: ProcessFacts): Resource {
  return resourceFromAttributes({
    'service.name': 'dsiem',
    'service.version': version,
    'service.instance.id': node === '' ? hostname() : node,
    'dsiem.mode': mode,
  });
}
