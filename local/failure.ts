/** What stops a start: one clear sentence, and what to do about it. Shown to the person as it is, without a stack. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
  readonly remedy: string;

  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super(problem, options);
    this.remedy = remedy;
  }
}
