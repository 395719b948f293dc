import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import { optionListSchema, type OptionView } from '../schemas/option.ts';

/** The options in force; secrets have lost their values before they come here. */
export function optionRoutes(options: readonly OptionView[]): readonly AnyApiRoute[] {
  const list = defineRoute({
    ...{ method: 'get', path: '/options', summary: 'Lists the options in force' },
    access: { role: 'reader' },
    answers: { 200: optionListSchema },
    handle: () => ({ status: 200, body: { options } }),
  });
  return [list];
}
