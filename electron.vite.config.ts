import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import packageJson from './package.json' with { type: 'json' }
import { licencesPlugin } from './scripts/licences.mjs'

// Built for the older of the two runtimes that we meet: the current Electron, and Electron 33 where a
// locked-down network leaves no other choice (scripts/electron.mjs).
const node = 'node20.18'
const chrome = 'chrome130'

/** Packages with programs or binaries beside their code. All others are bundled, which leaves out what nobody needs. */
const apart = ['libsql', 'ssh2']
const bundled = Object.keys(packageJson.dependencies).filter((name) => !apart.includes(name))

export default defineConfig({
  main: {
    plugins: [licencesPlugin()],
    build: {
      target: node,
      externalizeDeps: { exclude: bundled },
      rolldownOptions: { input: { index: 'src/main/index.ts' }, external: ['pg-native'] },
    },
  },
  preload: {
    build: {
      target: node,
      // A sandboxed preload script must be one CommonJS file.
      rolldownOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    build: {
      target: chrome,
      minify: true,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: { index: 'src/renderer/index.html' } },
    },
  },
})
