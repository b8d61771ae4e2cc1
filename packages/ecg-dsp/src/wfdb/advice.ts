/** What to do about a file that contradicts itself. */
export const DAMAGED = 'The file is damaged or cut off, or its header is not its own: get both again.';
