/** The browser's user agent, or Node's version and platform: what compiles shaders comes with it. */
export function describeRuntime(): string {
  const { navigator, process } = globalThis as {
    readonly navigator?: { readonly userAgent?: string };
    readonly process?: {
      readonly version?: string;
      readonly versions?: { readonly node?: string };
      readonly platform?: string;
      readonly arch?: string;
    };
  };
  if (process?.versions?.node !== undefined) return `Node ${process.version} ${process.platform} ${process.arch}`;
  return navigator?.userAgent ?? 'unknown';
}
