/** What the process ends with. */
export const EXIT = { done: 0, failed: 1, wrongUse: 2, noDevice: 3 } as const;
