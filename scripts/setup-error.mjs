// @ts-check
/** A reason why set-up can't go on. Its message is one sentence for the person at the terminal. */
export class SetupError extends Error {}
