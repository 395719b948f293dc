import { signal } from '@preact/signals';

/** The directives as the table last showed them, for the way from one to the next. */
export const shownOrder = signal<readonly number[]>([]);
