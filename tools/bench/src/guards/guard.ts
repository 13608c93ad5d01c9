/** A part of the code that keeps a promise, how to remove it, and the test that must notice. */
export interface Guard {
  /** What it keeps from happening. */
  readonly what: string;
  /** Path in the repository. */
  readonly file: string;
  /** Text that is there exactly once. */
  readonly text: string;
  /** What stands there without the guard. */
  readonly without: string;
  /** File of the test that turns red. */
  readonly test: string;
  /** Words of the titles of the tests that are run; all of the file where absent. */
  readonly title?: string;
}
