// What the supervisor does with a batch of inputs: each goes to every directive that it concerns (SPEC §5 Routing).
import { addInput, type DirectiveSlot } from './directive-slot.ts';
import type { AdmittedInput } from './intake.ts';
import { dispatch } from './slot-dispatch.ts';
import type { SupervisorState } from './supervisor-state.ts';

/** Routes a batch; what concerns nobody is settled at once, an input that throws too. */
export function route(state: SupervisorState, inputs: readonly AdmittedInput[]): void {
  const { ledger, log, settle } = state.deps;
  const concerned = new Set<DirectiveSlot>();
  const settled: AdmittedInput[] = [];
  for (const input of inputs) {
    ledger.unrouted -= 1;
    try {
      if (!routeOne(state, input, concerned)) settled.push(input);
    } catch (err) {
      ledger.failed += 1;
      settled.push(input);
      log.error({ err, event: input.event.eventId }, 'an event failed before any directive');
    }
  }
  for (const slot of concerned) dispatch(state, slot);
  if (settled.length > 0) settle(settled);
}

/** Puts the input into the slots it concerns; answers whether there was one. */
function routeOne(
  { context, router, deps }: SupervisorState,
  input: AdmittedInput,
  concerned: Set<DirectiveSlot>,
): boolean {
  const { ledger } = deps;
  const { event } = input;
  const slots = context.assets.isWhitelisted(event.srcAddress)
    ? 'whitelisted'
    : withoutOff(router.find(event));
  if (slots === 'whitelisted') {
    ledger.whitelisted += 1;
    return false;
  }
  if (slots === undefined) {
    ledger.noDirective += 1;
    return false;
  }
  ledger.reached += 1;
  ledger.deliveries += slots.length;
  ledger.deliveriesInFlight += slots.length;
  input.deliveries = slots.length;
  for (const slot of slots) {
    addInput(slot, input);
    concerned.add(slot);
  }
  return true;
}

/** The slots that are not turned off; the very list in the common case that none is. */
function withoutOff(
  slots: readonly DirectiveSlot[] | undefined,
): readonly DirectiveSlot[] | undefined {
  if (slots?.some(({ off }) => off !== undefined) !== true) return slots;
  const on = slots.filter(({ off }) => off === undefined);
  return on.length === 0 ? undefined : on;
}
