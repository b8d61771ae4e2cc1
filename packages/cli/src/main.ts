import { Interrupted } from './interruption.js';
import { endWithReaders } from './output/closed-pipes.js';
import { processConsole } from './output/console.js';
import { createProgram } from './program.js';
import { reportError } from './report-error.js';

endWithReaders(process.stdout, process.stderr, processConsole.err, (code) => process.exit(code));

try {
  const args = process.argv.slice(2);
  await (await createProgram(processConsole, args)).parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = reportError(error, processConsole.err);
  if (error instanceof Interrupted) {
    // Not by process.exit, which waits for ever for a named pipe that is being read.
    process.kill(process.pid, error.signal);
    // The first process of a container is not ended by a signal.
    process.exit();
  }
}
