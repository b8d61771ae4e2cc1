import { parseArgs } from 'node:util';

export interface BenchArguments {
  readonly quick: boolean;
  /** Starts of the names of the groups to measure; all where there are none. */
  readonly only: readonly string[];
  readonly out: string | undefined;
}

/** The command line of `npm run bench`. Says how it is called and ends the process where help is asked for or it is wrong. */
export function benchArguments(args: readonly string[], groups: readonly string[]): BenchArguments {
  const help = `npm run bench -- [options]: measures kernels, training, inference and streams beside their peers

  --quick         3 short rounds instead of 15: for trying it out, not for figures
  --only PREFIX   only groups whose name starts so; may be given several times
  --out FILE      write the result as JSON, for \`ecgpu bench compare A.json B.json\`

Groups:
${[...new Set(groups)].map((name) => `  ${name}`).join('\n')}

Examples:
  npm run bench -- --out result.json
  npm run bench -- --only 'training step' --only 'inference, batch 64'
`;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        quick: { type: 'boolean' },
        only: { type: 'string', multiple: true },
        out: { type: 'string' },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      process.exit(0);
    }
    const only = values.only ?? [];
    const unknown = only.find((start) => !groups.some((name) => name.startsWith(start)));
    if (unknown !== undefined) throw new Error(`no group's name starts with '${unknown}'`);
    return { quick: values.quick ?? false, only, out: values.out };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exit(2);
  }
}
