// A reload is an input at one place of the log: inputs before it are handled by the old configuration, those after it by
// the new one, while the intake stays open (SPEC §10, §11).
import type { CorrelationContext } from '../core/correlation/backlog.ts';
import type { Directive, Route } from '../core/directive/directive.ts';
import { Router } from '../core/directive/router.ts';
import { tell } from './actor-ref.ts';
import { createSlot, type DirectiveSlot } from './directive-slot.ts';
import type { SaveReport } from './manager-persistence.ts';
import type { ManagerReport } from './manager-state.ts';
import { addCommand } from './slot-commands.ts';
import { dropManager, finish } from './slot-dispatch.ts';
import type { SupervisorState } from './supervisor-state.ts';

/** The configuration to go on with. */
export interface ReloadInput {
  readonly directives: readonly Directive[];
  readonly context: CorrelationContext;
}

/** What a reload changed, by directive id. */
export interface ReloadReport {
  readonly added: readonly number[];
  readonly changed: readonly number[];
  readonly removed: readonly number[];
  readonly renamed: readonly number[];
  readonly unchanged: number;
  /** Backlogs of removed and renamed directives, kept aside as by a restart. */
  readonly backlogsSetAside: number;
}

/** Takes over the configuration; `done` is told when the managers of removed and renamed directives have ended. */
export function reload(
  state: SupervisorState,
  { directives, context }: ReloadInput,
  done: (report: ReloadReport) => void,
): void {
  const changes: Record<'added' | 'changed' | 'removed' | 'renamed', number[]> = {
    ...{ added: [], changed: [], removed: [], renamed: [] },
  };
  const slots = new Map<number, DirectiveSlot>();
  const retiring: { slot: DirectiveSlot; reason: string }[] = [];
  let unchanged = 0;
  state.context = context;
  for (const directive of directives) {
    const present = state.slots.get(directive.id);
    const slot = keepSlot(state, { present, directive, context });
    slots.set(directive.id, slot);
    if (present === undefined) changes.added.push(directive.id);
    else if (slot !== present) {
      changes.renamed.push(directive.id);
      retiring.push({ slot: present, reason: `the directive is now named "${directive.name}"` });
    } else if (isSame(slot.planned.directive, directive)) unchanged += 1;
    else changes.changed.push(directive.id);
    if (present !== undefined && slot === present) reconfigure(state, slot, { directive, context });
  }
  for (const [id, slot] of state.slots) {
    if (slots.has(id)) continue;
    changes.removed.push(id);
    retiring.push({ slot, reason: 'no enabled directive has this id any more' });
  }
  state.slots = slots;
  state.router = createRouter(slots.values());
  retireAll(state, retiring, (backlogsSetAside) => {
    done({ ...changes, unchanged, backlogsSetAside });
  });
}

/** The slot that goes on for a directive: a new one when there was none, or when it has another name now. */
function keepSlot(
  state: SupervisorState,
  {
    present,
    directive,
    context,
  }: {
    present: DirectiveSlot | undefined;
    directive: Directive;
    context: CorrelationContext;
  },
): DirectiveSlot {
  if (present?.planned.directive.name === directive.name) return present;
  const slot = createSlot(directive, context);
  slot.off = state.turnedOff.get(directive.id);
  return slot;
}

function isSame(left: Directive, right: Directive): boolean {
  return JSON.stringify(left.source) === JSON.stringify(right.source);
}

/** Gives a slot its new directive and context, behind the inputs that wait for the old ones. */
function reconfigure(
  state: SupervisorState,
  slot: DirectiveSlot,
  next: { directive: Directive; context: CorrelationContext },
): void {
  const { planned } = slot;
  const directive = isSame(planned.directive, next.directive) ? planned.directive : next.directive;
  const hasOldRules = slot.backlogs > 0 || slot.busy || slot.waiting.length > 0;
  if (!hasOldRules) slot.extraRoutes = [];
  else if (directive !== planned.directive) {
    slot.extraRoutes = uniteRoutes(slot.extraRoutes, planned.directive.ruleSet.routes);
  }
  if (directive === planned.directive && next.context === planned.context) return;
  slot.planned = { directive, context: next.context };
  if (slot.manager === undefined && slot.waiting.length === 0) {
    slot.directive = directive;
    slot.context = next.context;
    return;
  }
  addCommand(state, slot, () => {
    slot.directive = directive;
    slot.context = next.context;
    if (slot.manager === undefined) {
      finish(state, slot, [], undefined);
      return;
    }
    tell(slot.manager, {
      type: 'reconfigure',
      directive,
      context: next.context,
      done: (report) => {
        finish(state, slot, [], report);
      },
    });
  });
}

/** Each route once, so that a directive that is changed again and again does not gather them. */
function uniteRoutes(left: readonly Route[], right: readonly Route[]): Route[] {
  const byText = [...left, ...right].map((route) => [JSON.stringify(route), route] as const);
  return [...new Map(byText).values()];
}

function createRouter(slots: Iterable<DirectiveSlot>): Router<DirectiveSlot> {
  const router = new Router<DirectiveSlot>();
  for (const slot of slots) {
    for (const route of slot.planned.directive.ruleSet.routes) router.add(route, slot);
    for (const route of slot.extraRoutes) router.add(route, slot);
  }
  return router;
}

function retireAll(
  state: SupervisorState,
  retiring: readonly { slot: DirectiveSlot; reason: string }[],
  done: (backlogsSetAside: number) => void,
): void {
  const ending = retiring.filter(
    ({ slot }) => slot.manager !== undefined || slot.waiting.length > 0,
  );
  let outstanding = ending.length;
  let setAside = 0;
  if (outstanding === 0) done(0);
  for (const { slot, reason } of ending) {
    slot.retired = true;
    // A parked directive's backlogs end with it.
    slot.off = undefined;
    const end = (report?: ManagerReport & SaveReport): void => {
      // Dropped first: nothing may be sent to it any more, and what comes next in the slot finds none.
      dropManager(state, slot);
      slot.waitingTick = undefined;
      finish(state, slot, [], report);
      setAside += report?.saved ?? 0;
      state.deps.counters.backlogsSetAside += report?.saved ?? 0;
      outstanding -= 1;
      if (outstanding === 0) done(setAside);
    };
    addCommand(state, slot, () => {
      if (slot.manager === undefined) end();
      else tell(slot.manager, { type: 'retire', reason, done: end });
    });
  }
}
