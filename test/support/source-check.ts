import { createSourceCheck, providePlugins } from '../../app/load-configuration.ts';

/** How look-up sources are checked against the plugins that come with the program. */
export const checkBuiltInSource = createSourceCheck(providePlugins({}));
