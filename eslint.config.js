import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** Imports that a layer may not make, each with the reason that a person reads when the rule stops them. */
const forbid = (...rules) => ['error', { patterns: rules.map(([regex, message]) => ({ regex, message })) }]

const electron = [
  '^electron(-store)?$',
  'Only window/, ipc/, the preload script and src/main/index.ts may know Electron.',
]
const vendors = [
  '^(electron|electron-store|pg|pg-.*|ssh2|ssh2-.*|@aws-sdk/.*|@smithy/.*)$',
  'The engine is pure: reach vendors through a port.',
]
const main = ['(^|/)main/', 'This layer imports nothing of the main process; go through src/shared.']
const renderer = ['(^|/)(renderer|preload)/', 'Only the window imports renderer or preload code.']
const sandbox = ['(^|/)sandbox/', 'The product does not depend on the sandbox.']
const node = ['^(node:|fs$|path$|os$|crypto$|child_process$)', 'This layer has no Node.']
const outwards = ['\\.\\./(\\.\\./)*(adapters|ipc|window|profiles|runs)/', 'The engine knows ports, not adapters.']

export default defineConfig(
  globalIgnores(['out/', 'node_modules/', '.sandbox/', 'dist/', 'test-results/']),
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
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
  {
    files: ['src/shared/**'],
    rules: {
      'no-restricted-imports': forbid(electron, vendors, main, renderer, sandbox, node, ['^react', 'No React here.']),
    },
  },
  { files: ['src/main/**'], rules: { 'no-restricted-imports': forbid(electron, renderer, sandbox) } },
  { files: ['src/main/engine/**'], rules: { 'no-restricted-imports': forbid(vendors, outwards, renderer, sandbox) } },
  {
    files: ['src/main/index.ts', 'src/main/desktop.ts', 'src/main/window/**'],
    rules: { 'no-restricted-imports': forbid(renderer, sandbox) },
  },
  // One wrapper per side may touch Electron's IPC modules.
  { files: ['src/main/ipc/**'], rules: { 'no-restricted-imports': forbid(electron, renderer, sandbox) } },
  {
    files: ['src/main/ipc/electron.ts', 'src/main/profiles/desktop.ts'],
    rules: { 'no-restricted-imports': forbid(renderer, sandbox) },
  },
  {
    files: ['src/preload/**'],
    rules: {
      'no-restricted-imports': forbid(main, sandbox, node, [
        '(^|/)renderer/',
        'Preload serves the renderer, not the reverse.',
      ]),
    },
  },
  {
    files: ['src/renderer/**'],
    extends: [reactHooks.configs.flat.recommended],
    rules: {
      'no-restricted-imports': forbid(main, sandbox, node, vendors, [
        '(^|/)preload/',
        'Use window.readur, typed in src/shared/ipc.ts.',
      ]),
    },
  },
  { files: ['src/sandbox/**'], rules: { 'no-restricted-imports': forbid(electron, main, renderer) } },
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
