/** The command line in one file. */
export const cliFile: string
/** Bundles it where it is not of the sources as they are; gives the file. */
export function bundleCli(): Promise<string>
