/** The environment that this program was started with. */
export const ownEnvironment: Readonly<Record<string, string | undefined>> = { ...process.env }

/**
 * What other programs may know of it: where things are and how a person likes them. Everything else may be a secret
 * (PGPASSWORD, S3_SECRET_ACCESS_KEY, DATABASE_URL, anybody's token), and is nobody's business.
 */
const harmless = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'TZ', 'LANG', 'LANGUAGE', 'TMPDIR', 'TMP', 'TEMP'],
  // How programs find their libraries and certificates.
  ...['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  // Docker and Podman: not DOCKER_AUTH_CONFIG, which is one.
  ...['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_CERT_PATH', 'DOCKER_TLS', 'DOCKER_TLS_VERIFY'],
  ...['DOCKER_API_VERSION', 'CONTAINER_HOST', 'CONTAINER_CONNECTION', 'CONTAINER_SSHKEY', 'SSH_AUTH_SOCK'],
  // kubectl: which cluster, from outside of it and from inside.
  ...['KUBECONFIG', 'KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT'],
  ...[
    'DISPLAY',
    'XAUTHORITY',
    'DESKTOP_SESSION',
    'BROWSER',
    'DESKTOP_STARTUP_ID',
    'NO_AT_BRIDGE',
    'APPIMAGE',
    'APPDIR',
  ],
  // The SDK reads it when it is first used.
  'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
  // Without these, programs of Windows do not start.
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'OS'],
  ...['PROGRAMFILES', 'PROGRAMFILES(X86)', 'PROGRAMW6432', 'COMMONPROGRAMFILES', 'COMMONPROGRAMFILES(X86)', 'PUBLIC'],
  ...['USERPROFILE', 'USERNAME', 'USERDOMAIN', 'COMPUTERNAME', 'HOMEDRIVE', 'HOMEPATH', 'ALLUSERSPROFILE'],
  ...['NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE', 'SESSIONNAME'],
])

/** Families of the desktop and its graphics, and Chromium's own. */
const harmlessFamilies = /^(LC|XDG|DBUS|WAYLAND|GTK|GDK|QT|KDE|GNOME|MESA|LIBGL|EGL|VK|LIBVA|ELECTRON|CHROME)_/

/** A program has no use for a family's name that sounds like this. */
const secretive = /PASS|SECRET|TOKEN|KEY$|CREDENTIAL/

const isHarmless = (name: string): boolean => {
  const known = name.toUpperCase()
  return harmless.has(known) || (harmlessFamilies.test(known) && !secretive.test(known))
}

/** The environment of every program that we start, with what it is given itself. */
export const programEnvironment = (given: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => isHarmless(name))),
  ...given,
})

/** For what Electron starts itself (xdg-open, its own processes), which gets all that is in our own environment. */
export function forgetSecrets(): void {
  for (const name of Object.keys(process.env)) if (!isHarmless(name)) Reflect.deleteProperty(process.env, name)
}
