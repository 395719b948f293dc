import { createSourceCheck } from '../../app/load-configuration.ts';
import { createBuiltInPlugins } from '../../enrichment/built-in-plugins.ts';

/** How look-up sources are checked against the plugins that come with the program. */
export const checkBuiltInSource = createSourceCheck(createBuiltInPlugins({}));
