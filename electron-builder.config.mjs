import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import packageJson from './package.json' with { type: 'json' }

/**
 * What `npm run dist` makes; it lays out what is in out/package (scripts/packageFiles.mjs) and chooses the Electron.
 * Certificates for signing come from the environment, as electron-builder names them (CSC_LINK …): without them, what is
 * made is not signed.
 */

/** libsql’s binary for another C library. Which one is installed depends on npm; glibc is what Electron needs. */
const foreign = ['!node_modules/@libsql/*-musl/**']

/** Of packages: no sources, headers, types, tests or pages. */
const unneeded = [
  '!**/*.{map,ts,mts,cts,c,cc,cpp,h,hpp,gyp,gypi,md,markdown,flow}',
  '!**/node_modules/*/{test,tests,__tests__,example,examples,docs,.github}/**',
  '!**/*.bat',
  '!**/node_modules/{nan,buildcheck,cpu-features}/**',
  '!**/node_modules/*/{install.js,tests.js,Jenkinsfile,.travis.yml,.eslint*,.editorconfig}',
]

/** Chromium loads libX11-xcb when it opens a window, so no linker names it: without it, that ends as an illegal instruction. */
const deb = [
  'libc6',
  'libgtk-3-0 | libgtk-3-0t64',
  'libnss3',
  'libgbm1',
  'libasound2 | libasound2t64',
  'libnotify4',
  'libsecret-1-0',
  'libx11-xcb1',
  'xdg-utils',
]
const rpm = ['gtk3', 'nss', 'mesa-libgbm', 'alsa-lib', 'libnotify', 'libsecret', 'libX11-xcb', 'xdg-utils']

/** Files outside of the program’s own folder. */
const aroundIt = {
  'resources/linux/readur-migrate.sh': '/usr/bin/readur-migrate',
  'resources/linux/metainfo.xml': '/usr/share/metainfo/io.github.readur_migrate.readur_migrate.metainfo.xml',
  'out/package/copyright': '/usr/share/doc/readur-migrate/copyright',
  'out/package/readur-migrate.1.gz': '/usr/share/man/man1/readur-migrate.1.gz',
  'out/package/completions/readur-migrate': '/usr/share/bash-completion/completions/readur-migrate',
  'out/package/completions/readur-migrate.fish': '/usr/share/fish/vendor_completions.d/readur-migrate.fish',
}
const zsh = 'out/package/completions/_readur-migrate'
const onlyInDeb = {
  [zsh]: '/usr/share/zsh/vendor-completions/_readur-migrate',
  'out/package/changelog.gz': '/usr/share/doc/readur-migrate/changelog.gz',
  'resources/linux/lintian-overrides': '/usr/share/lintian/overrides/readur-migrate',
}
const sources = (files) => Object.entries(files).map(([from, to]) => `${from}=${to}`)

/** Only signed builds install later versions themselves: without this, a build has no app-update.yml (src/main/selfUpdate.ts). */
const feed = process.env.CSC_LINK
  ? { provider: 'generic', url: `${packageJson.homepage}/releases/latest/download` }
  : null

/** @type {import('electron-builder').Configuration} */
export default {
  appId: packageJson.appId,
  // Linux names the folder after it: Chromium’s own sandbox cannot be started from a path with a blank.
  productName: process.platform === 'linux' ? 'readur-migrate' : 'Readur Migrate',
  artifactName: '${name}-${version}-${os}-${arch}.${ext}',
  directories: { output: 'dist', buildResources: 'resources' },
  files: [
    'out/main/**',
    'out/preload/**',
    'out/renderer/**',
    'resources/icons/{32x32,256x256}.png',
    'package.json',
    'LICENSE',
    '!node_modules/**',
    'node_modules/{libsql,@libsql,@neon-rs,detect-libc,ssh2,asn1,safer-buffer,bcrypt-pbkdf,tweetnacl}/**',
    ...foreign,
    ...unneeded,
  ],
  asar: true,
  // A program that ssh2 starts to talk to PuTTY’s agent.
  asarUnpack: ['**/*.node', '**/pagent.exe'],
  // Binaries come ready-made with libsql; node-gyp has nothing to build.
  npmRebuild: false,
  electronLanguages: ['en-US'],
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  // The Electron of locked-down networks finds the project there (scripts/electronSubstitute.mjs); it does not ship.
  afterPack: ({ appOutDir, electronPlatformName }) =>
    electronPlatformName === 'linux' ? rm(join(appOutDir, 'resources', 'app'), { force: true }) : undefined,
  publish: null,
  linux: {
    icon: 'resources/icons',
    executableName: 'readur-migrate',
    syncDesktopName: true,
    category: 'Utility',
    // State files; nobody’s other JSON files open with it unless they are told to.
    mimeTypes: ['application/json'],
    executableArgs: ['%f'],
    synopsis: 'move Readur documents to S3 and back',
    description:
      'Readur Migrate moves the documents of a Readur server from its uploads folder to an S3 bucket, and back, without losing any. It has a window and a command line.',
    desktop: {
      entry: {
        Name: 'Readur Migrate',
        StartupWMClass: 'Readur Migrate',
        Keywords: 'Readur;S3;migration;documents;backup;',
      },
    },
  },
  toolsets: { appimage: '1.0.3' },
  deb: {
    artifactName: '${name}_${version}_${arch}.${ext}',
    depends: deb,
    recommends: ['postgresql-client'],
    packageCategory: 'utils',
    fpm: sources({ ...aroundIt, ...onlyInDeb }),
  },
  rpm: {
    artifactName: '${name}-${version}.${arch}.${ext}',
    depends: rpm,
    fpm: sources({ ...aroundIt, [zsh]: '/usr/share/zsh/site-functions/_readur-migrate' }),
  },
  win: { icon: 'resources/icons/256x256.png', target: ['nsis'], publish: feed },
  nsis: { differentialPackage: false, oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  mac: {
    icon: 'resources/icons/1024x1024.png',
    category: 'public.app-category.utilities',
    fileAssociations: [{ ext: 'json', name: 'Readur Migrate state file', role: 'Viewer', rank: 'Alternate' }],
    target: ['dmg', 'zip'],
    publish: feed,
    hardenedRuntime: true,
    // Where there are no secrets for it, nothing is sent to Apple.
    notarize: process.env.APPLE_API_KEY !== undefined,
  },
}
