import { parseAddress, type Address } from '../core/address/address.ts';
import type { LookUpTerms } from '../core/correlation/effect.ts';
import type { Findings } from '../core/alarm/alarm-record.ts';
import { spawnActor, tell, type ActorRef, type ParentRef, type Supervision } from './actor-ref.ts';

/** The look-ups of SPEC §8 as this actor sees them; they never reject and never throw for what a source does. */
export interface LookUps {
  /** Whether anything would be asked at all; a reload can change it. */
  readonly hasSources: () => boolean;
  readonly lookUp: (
    request: {
      readonly ips: readonly { readonly text: string; readonly address: Address }[];
      readonly sockets: readonly {
        readonly ip: string;
        readonly port: number;
        readonly text: string;
      }[];
    },
    onFindings: (findings: Findings) => void,
  ) => Promise<void> | undefined;
}

/** What the enricher tells whoever asked, any number of findings and then that it is settled. */
export type EnricherAnswer =
  | { readonly type: 'add-findings'; readonly alarmId: string; readonly findings: Findings }
  | { readonly type: 'settle-look-up'; readonly alarmId: string };

/** What the enricher is asked. */
export interface EnricherMessage {
  readonly type: 'look-up';
  readonly alarmId: string;
  readonly terms: LookUpTerms;
  readonly writer: ActorRef<EnricherAnswer>;
}

/** Starts the actor that has alarms looked up and tells the writer what was found, when it is found. */
export function spawnEnricher(
  parent: ParentRef,
  { lookUps, supervision }: { lookUps: LookUps; supervision: Supervision },
): ActorRef<EnricherMessage> {
  return spawnActor<LookUps, EnricherMessage>(parent, {
    name: 'enricher',
    state: lookUps,
    handler: (state, message) => {
      lookUp(state, message);
      return state;
    },
    supervision,
  });
}

function lookUp(lookUps: LookUps, { alarmId, terms, writer }: EnricherMessage): void {
  const settled = lookUps.lookUp(
    {
      ips: terms.ips.flatMap((text) => {
        const address = parseAddress(text);
        return address === undefined ? [] : [{ text, address }];
      }),
      sockets: terms.sockets.map(parseSocket),
    },
    (findings) => {
      tell(writer, { type: 'add-findings', alarmId, findings });
    },
  );
  const tellSettled = (): void => {
    tell(writer, { type: 'settle-look-up', alarmId });
  };
  if (settled === undefined) tellSettled();
  else void settled.then(tellSettled);
}

function parseSocket(text: string): { ip: string; port: number; text: string } {
  const colon = text.lastIndexOf(':');
  const ip = text.slice(0, colon).replace(/^\[|\]$/g, '');
  return { ip, port: Number(text.slice(colon + 1)), text };
}
