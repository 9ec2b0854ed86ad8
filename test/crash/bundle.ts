import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '../..')

/** Puts the worker and all that it needs into one file in `dir`, so that starting it takes a fraction of a second. */
export async function bundleWorker(dir: string): Promise<string> {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    // Native modules stay where they are.
    ssr: { target: 'node', noExternal: true, external: ['libsql', 'ssh2'] },
    build: {
      ssr: join(import.meta.dirname, 'worker.ts'),
      outDir: dir,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'worker.mjs' } },
    },
  })
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'))
  return join(dir, 'worker.mjs')
}
