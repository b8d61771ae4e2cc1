export { openSplit } from './splits/split-file.js';
