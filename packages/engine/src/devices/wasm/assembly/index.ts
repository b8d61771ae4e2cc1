export { run, serve } from './team';
