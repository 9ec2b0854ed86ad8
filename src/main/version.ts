import packageJson from '../../package.json' with { type: 'json' }

export const appVersion: string = packageJson.version

/** By which platforms know the program; installers use the same. */
export const appId: string = packageJson.appId

/** Where people find it, and report problems. */
export const appHome: string = packageJson.homepage
export const appProblems: string = packageJson.bugs.url
