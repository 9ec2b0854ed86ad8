/** The port that an address of the web means, in digits: the one it names, or that of its protocol. */
export const portOf = ({ protocol, port }: Pick<URL, 'protocol' | 'port'>): string =>
  port === '' ? (protocol === 'https:' ? '443' : '80') : port

/** The host of an address, of IPv6 without brackets, as sockets take it. */
export const hostOf = ({ hostname }: Pick<URL, 'hostname'>): string => hostname.replace(/^\[(.*)\]$/, '$1')

/** This computer, by a host as addresses of the web have it. */
export const isLoopback = (hostname: string): boolean => /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname)
