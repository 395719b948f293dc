import { compileRule } from './compile-rule.ts';
import { findKeyFields } from './correlation-key.ts';
import type { Route, Rule, RuleField, RuleSet } from './directive.ts';
import type { RuleSource } from './directive-source.ts';
import { findRoutes } from './find-routes.ts';

type Compiled = Pick<RuleSet, 'rules' | 'asWritten' | 'keyFields'>;

/**
 * A rule set that is compiled when it is first used: of many thousand directives most never see an event. The sources
 * are checked before. It cannot be spread into another object, as most of its members are computed.
 */
export class LazyRuleSet implements RuleSet {
  readonly allRulesAlwaysActive: boolean;
  readonly routes: readonly Route[];
  readonly #sources: readonly RuleSource[];
  #compiled: Compiled | undefined;

  constructor(sources: readonly RuleSource[], allRulesAlwaysActive: boolean) {
    this.allRulesAlwaysActive = allRulesAlwaysActive;
    this.routes = findRoutes(sources);
    this.#sources = sources;
  }

  get rules(): readonly Rule[] {
    return (this.#compiled ??= this.#compile()).rules;
  }

  get asWritten(): readonly Rule[] {
    return (this.#compiled ??= this.#compile()).asWritten;
  }

  get keyFields(): readonly RuleField[] {
    return (this.#compiled ??= this.#compile()).keyFields;
  }

  #compile(): Compiled {
    const asWritten = this.#sources.map(compileRule);
    const rules = [...asWritten].sort((left, right) => left.stage - right.stage);
    return { rules, asWritten, keyFields: findKeyFields(rules, this.allRulesAlwaysActive) };
  }
}
