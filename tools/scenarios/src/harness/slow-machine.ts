/** Time limit of a test that starts processes, ms: several times what it takes, for machines that do other things too. */
export const slowMachineMs = 120_000;
