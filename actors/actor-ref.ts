// The only file that knows nact's own types: its Ref<A> is assignable to Ref<B>, ours are not (STYLE, facts of nact).
import { dispatch, query, spawn, start, stop, type Ref } from 'nact';

declare const messageOf: unique symbol;

/** An actor that takes messages of one union and no others. */
export interface ActorRef<in Message> {
  readonly [messageOf]?: (message: Message) => void;
}

/** A parent for actors, whatever messages it takes itself. */
export type ParentRef = ActorRef<never>;

/** What an actor's handler does with a message; the state is changed in place or replaced by what it answers. */
export type Handler<State, Message> = (
  state: State,
  message: Message,
  context: { readonly self: ActorRef<Message> },
) => State | Promise<State>;

/** What nact asks when a handler has thrown; made once and shared by many actors. */
export interface Supervision {
  readonly onCrash: (message: unknown, error: Error | undefined, context: CrashContext) => symbol;
}

interface CrashContext {
  readonly path: { toString(): string };
  readonly resume: symbol;
}

/** How to start an actor; nothing in it is made per actor but its name and state. */
export interface ActorSpec<State, Message> {
  readonly name: string;
  readonly state: State;
  readonly handler: Handler<State, Message>;
  readonly supervision: Supervision;
}

/** Starts an actor system; actors of different systems do not know each other. */
export function startSystem(): ParentRef {
  return start();
}

/** Starts an actor below `parent`; its name must be unique there. */
export function spawnActor<State, Message>(
  parent: ParentRef,
  { name, state, handler, supervision }: ActorSpec<State, Message>,
): ActorRef<Message> {
  const properties = { initialState: state, onCrash: supervision.onCrash };
  const ref: unknown = spawn(parent as Ref<never>, handler as never, name, properties as never);
  return ref as ActorRef<Message>;
}

/** Puts a message into the actor's mailbox; to a stopped actor it vanishes. */
export function tell<Message>(actor: ActorRef<Message>, message: Message): void {
  dispatch(actor as Ref<Message>, message);
}

/** Asks from outside the actors: `compose` puts the answer callback into the message; rejects after `limitMs`. */
export function ask<Message, Answer>(
  actor: ActorRef<Message>,
  compose: (done: (answer: Answer) => void) => Message,
  limitMs: number,
): Promise<Answer> {
  return query(
    actor as Ref<Message>,
    (sender: Ref<Answer>) =>
      compose((answer) => {
        dispatch(sender, answer);
      }),
    limitMs,
  );
}

/** Stops an actor and its children; nothing that is still in a mailbox is handled. */
export function stopActor(actor: ActorRef<never>): void {
  stop(actor as Ref<never>);
}
