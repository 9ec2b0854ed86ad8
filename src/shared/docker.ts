/** Docker where it is not among the programs that an account finds by name, as on a Synology. */
export const dockerPrograms = ['docker', '/usr/local/bin/docker', '/snap/bin/docker'] as const

/** Docker's names and ids. Whatever else there is would be an option to docker, or worse. */
export const isContainerName = (text: string): boolean => /^[A-Za-z0-9][\w.-]*$/.test(text)
