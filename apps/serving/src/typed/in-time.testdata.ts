const deadlineExceeded = 4;

/** Asks again, up to ten times, where an answer that was sent just before its deadline came too late: the machine may be busy. */
export async function inTime<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 10 || (error as { code?: unknown }).code !== deadlineExceeded) throw error;
    }
  }
}
