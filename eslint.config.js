import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { plugin as layers } from './eslint.layers.js'

/** Electron's names for each side of IPC. A module that touches one must not be able to reach the other, or all of it. */
const takesFromElectron = (rule) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex: '^electron(/|$)', ...rule }] }],
  'no-restricted-syntax': [
    'error',
    {
      selector: 'ImportExpression[source.value=/^electron(\\u002F|$)/]',
      message: 'Import Electron statically, so that lint sees what is taken from it.',
    },
  ],
})

/** Globals that a layer does not have, or must not use; `globalThis.name` counts as well. */
const withoutGlobals = (...groups) => ({
  'no-restricted-globals': [
    'error',
    {
      checkGlobalObject: true,
      globals: groups.flatMap(({ names, message }) => names.map((name) => ({ name, message }))),
    },
  ],
})
const ofNode = {
  names: ['process', 'Buffer', 'global', 'require', 'module', '__dirname', '__filename', 'setImmediate'],
  message: 'This layer has no Node.',
}
const ofPages = {
  names: ['document', 'window', 'self', 'navigator', 'location', 'history', 'localStorage', 'sessionStorage', 'alert'],
  message: 'This layer has no page.',
}
const ofNetwork = {
  names: ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'],
  message: 'This layer reaches the network through its ports.',
}

export default defineConfig(
  globalIgnores(['out/', 'node_modules/', '.sandbox/', 'dist/', 'test-results/']),
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx,mts,cts}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  // Who may import what: the table in eslint.layers.js.
  { files: ['src/**'], plugins: { layers }, rules: { 'layers/imports': 'error' } },
  {
    files: ['src/main/**'],
    ignores: ['src/main/ipc/electron.ts'],
    rules: takesFromElectron({
      importNames: ['ipcMain', 'ipcRenderer', 'contextBridge', 'default'],
      message: 'Only src/main/ipc/electron.ts may touch ipcMain: it checks every sender and argument.',
    }),
  },
  {
    files: ['src/main/ipc/electron.ts'],
    rules: takesFromElectron({
      importNames: ['ipcRenderer', 'contextBridge', 'default'],
      message: 'That is the preload script’s side of IPC.',
    }),
  },
  {
    files: ['src/preload/**'],
    rules: takesFromElectron({
      allowImportNames: ['contextBridge', 'ipcRenderer', 'webUtils'],
      message: 'The preload script bridges calls, events and the paths of dropped files, and nothing else.',
    }),
  },
  { files: ['src/shared/**'], rules: withoutGlobals(ofNode, ofPages, ofNetwork) },
  { files: ['src/main/**'], rules: withoutGlobals(ofPages) },
  { files: ['src/main/engine/**'], rules: withoutGlobals(ofPages, ofNetwork) },
  // Text leaves the process by Output alone, which shows what a terminal would obey.
  {
    files: ['src/main/**'],
    ignores: ['src/main/cli/output.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['stdout', 'stderr'].map((property) => ({
          object: 'process',
          property,
          message: 'Write through Output of src/main/cli/output.ts: no text of others reaches the terminal as it is.',
        })),
      ],
    },
  },
  { files: ['src/preload/**', 'src/renderer/**'], rules: withoutGlobals(ofNode) },
  { files: ['src/renderer/**'], extends: [reactHooks.configs.flat.recommended] },
  {
    files: ['scripts/**', '*.js', '*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
)
