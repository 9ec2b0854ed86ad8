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

/**
 * What Docker, Podman, kubectl and the programs that log in for them (aws, gcloud, kubelogin) go by, besides: accounts
 * and folders by name, never a key. Files that hold one are their owner’s business.
 */
const ofHelpers = new Set([
  ...['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_CONFIG_FILE', 'AWS_CA_BUNDLE'],
  ...['AWS_SHARED_CREDENTIALS_FILE', 'AWS_SDK_LOAD_CONFIG', 'AWS_STS_REGIONAL_ENDPOINTS', 'AWS_EC2_METADATA_DISABLED'],
  ...['AWS_ROLE_ARN', 'AWS_ROLE_SESSION_NAME', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  ...['CLOUDSDK_CONFIG', 'CLOUDSDK_ACTIVE_CONFIG_NAME', 'CLOUDSDK_CORE_PROJECT', 'CLOUDSDK_CORE_ACCOUNT'],
  ...['GOOGLE_APPLICATION_CREDENTIALS', 'USE_GKE_GCLOUD_AUTH_PLUGIN'],
  ...['AZURE_CONFIG_DIR', 'AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_AUTHORITY_HOST', 'AZURE_FEDERATED_TOKEN_FILE'],
  ...['AAD_LOGIN_METHOD', 'KUBECACHEDIR', 'REGISTRY_AUTH_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NO_PROXY'],
])

/** Its address may hold a password: then nobody else gets it. */
const proxies = new Set(['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'])

const isForHelpers = (name: string, value = ''): boolean => {
  const known = name.toUpperCase()
  return ofHelpers.has(known) || (proxies.has(known) && !value.includes('@'))
}

/** Families of the desktop and its graphics, and Chromium's own. */
const harmlessFamilies = /^(LC|XDG|DBUS|WAYLAND|GTK|GDK|QT|KDE|GNOME|MESA|LIBGL|EGL|VK|LIBVA|ELECTRON|CHROME)_/

/** A program has no use for a family's name that sounds like this. */
const secretive = /PASS|SECRET|TOKEN|KEY$|CREDENTIAL/

const isHarmless = (name: string): boolean => {
  const known = name.toUpperCase()
  return harmless.has(known) || (harmlessFamilies.test(known) && !secretive.test(known))
}

/**
 * The environment of every program that we start, with what it is given itself. What the window has forgotten since it
 * was started is what its helpers still go by.
 */
export const programEnvironment = (given: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries({ ...ownEnvironment, ...process.env }).filter(
      ([name, value]) => (name in process.env && isHarmless(name)) || isForHelpers(name, value),
    ),
  ),
  ...given,
})

/** For what Electron starts itself (xdg-open, its own processes), which gets all that is in our own environment. */
export function forgetSecrets(): void {
  for (const name of Object.keys(process.env)) if (!isHarmless(name)) Reflect.deleteProperty(process.env, name)
}
