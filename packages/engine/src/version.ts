/** The package's version, for reports. */
export const VERSION = '0.1.0';
