import { processConsole } from './console.js';
import { createProgram } from './program.js';
import { reportError } from './report-error.js';

// A reader that closes the pipe early (`ecgpu … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await createProgram(processConsole).parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportError(error, processConsole.err);
}
