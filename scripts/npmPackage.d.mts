/** Lays the package of the command line out and packs it; gives the file. */
export function packForNpm(): Promise<string>
