import type { RuleSet } from '../directive/directive.ts';
import { offerEvent, type Input } from './advance.ts';
import { alarmId } from './alarm-id.ts';
import type { Backlog, CorrelationContext, DirectiveHead } from './backlog.ts';
import type { InputGroup } from './backlog-index.ts';
import type { DeliveryOutcomes } from './delivery-outcomes.ts';
import type { Effect } from './effect.ts';
import { countEvents } from './offer-inputs.ts';
import { canOpen, openBacklog } from './open-backlog.ts';

/** What opening backlogs needs besides the inputs. */
export interface Opener {
  readonly epoch: string;
  readonly head: DirectiveHead;
  readonly ruleSet: RuleSet;
  readonly context: CorrelationContext;
  /** Told of an event that threw. */
  readonly onFailure: (error: unknown, input: Input) => void;
}

/**
 * Opens a backlog for every input of a group that nothing consumed and that fits stage 1, and offers it the rest of the
 * group (DESIGN §2 step 2). Notes outcomes, adds effects, answers the new backlogs, ended ones too.
 */
export function openFromGroup(
  group: InputGroup<Input>,
  outcomes: DeliveryOutcomes,
  opener: Opener,
  effects: Effect[],
): Backlog[] {
  const opened: Backlog[] = [];
  const { context, ruleSet } = opener;
  for (const [index, input] of group.inputs.entries()) {
    const position = group.positions[index] ?? 0;
    if (!outcomes.mayOpen(position, context.discardOutOfOrder)) continue;
    try {
      if (!canOpen(ruleSet, input.event, context.assets)) continue;
      const id = alarmId(opener.epoch, opener.head.id, input.sequence);
      const backlog = openBacklog(
        { alarmId: id, head: opener.head, ruleSet },
        input,
        context,
        effects,
      );
      outcomes.note(position, 'opened');
      opened.push(backlog);
      offerRest(backlog, { group, from: index + 1 }, { outcomes, opener, effects });
    } catch (error) {
      outcomes.note(position, 'failed');
      opener.onFailure(error, input);
    }
  }
  return opened;
}

function offerRest(
  backlog: Backlog,
  { group, from }: { group: InputGroup<Input>; from: number },
  { outcomes, opener, effects }: { outcomes: DeliveryOutcomes; opener: Opener; effects: Effect[] },
): void {
  let hasConsumed = false;
  for (let index = from; index < group.inputs.length; index += 1) {
    const input = group.inputs[index];
    const position = group.positions[index];
    if (input === undefined || position === undefined || backlog.end !== undefined) break;
    try {
      const verdict = offerEvent(backlog, input, opener.context, effects);
      if (verdict === 'consumed' || verdict === 'discarded') outcomes.note(position, verdict);
      if (verdict === 'consumed') hasConsumed = true;
    } catch (error) {
      outcomes.note(position, 'failed');
      opener.onFailure(error, input);
    }
  }
  if (hasConsumed) countEvents(backlog, opener.context, effects);
}
