/**
 * A mistake of the user's, told in one sentence: what is wrong, the value, what to type instead. Shown without a stack.
 */
export class UserError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "UserError";
  }
}
