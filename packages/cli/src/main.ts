import { endWithReaders } from './closed-pipes.js';
import { processConsole } from './console.js';
import { createProgram } from './program.js';
import { reportError } from './report-error.js';

endWithReaders(process.stdout, process.stderr, (code) => process.exit(code));

try {
  await createProgram(processConsole).parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportError(error, processConsole.err);
}
