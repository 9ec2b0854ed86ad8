import { pathToFileURL } from 'node:url'
import { bundleCli } from './cliBundle.mjs'

/** `npm run cli`: the command line as it is shipped, of the sources as they are. It reads the arguments itself. */
await import(pathToFileURL(await bundleCli()).href)
