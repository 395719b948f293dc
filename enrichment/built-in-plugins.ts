import type { Plugin } from './plugin.ts';
import { createHttpJson, type Environment } from './plugins/http-json.ts';
import { indicatorList } from './plugins/indicator-list.ts';
import { mmdb } from './plugins/mmdb.ts';
import { nesd } from './plugins/nesd.ts';
import { wise } from './plugins/wise.ts';

/** The plugins that come with the program; `environment` is where the headers of HTTP sources take their secrets from. */
export function createBuiltInPlugins(environment: Environment): readonly Plugin[] {
  return [wise, nesd, indicatorList, createHttpJson(environment), mmdb];
}
