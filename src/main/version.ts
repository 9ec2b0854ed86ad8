import packageJson from '../../package.json' with { type: 'json' }

export const appVersion: string = packageJson.version

/** By which platforms know the program; installers use the same. */
export const appId: string = packageJson.appId

/** Where people find it, and report problems. */
export const appHome: string = packageJson.homepage
/** Tells of the latest release. */
export const appFeed = appHome.replace('https://github.com/', 'https://api.github.com/repos/') + '/releases/latest'
export const appProblems: string = packageJson.bugs.url
