import type { Origin } from './discovered.ts'
import type { Environment } from './environment.ts'

/** A container as a Compose file describes it, or as Docker reports it. */
export interface Container {
  /** What people call it: the service, or the container's name. */
  name: string
  /** How it is written for `docker exec`, or for Kubernetes (shared/container.ts), as far as that is known. */
  dockerName: string | null
  /** The Compose service, where it has one. */
  service: string | null
  origin: Origin
  /** As written, with registry and tag; null when it is built. */
  image: string | null
  /** All names under which others on its networks reach it. */
  aliases: readonly string[]
  environment: Environment
  workingDir: string | null
  mounts: readonly Mount[]
  ports: readonly PublishedPort[]
  /** Its addresses on Docker's networks, while it runs. */
  addresses: readonly NetworkAddress[]
  networks: readonly string[]
  /** It runs in Kubernetes, where names lead to services of the cluster. */
  inCluster?: true
  /** In Kubernetes, the service that gives its pods names of their own: `NAME.SUBDOMAIN`. */
  subdomain?: string | undefined
  /** It shares the network of the server. */
  onHostNetwork: boolean
  /** Names that it knows itself (`extra_hosts`). */
  hosts: ReadonlyMap<string, string>
  dependsOn: readonly string[]
  labels: ReadonlyMap<string, string>
  /** Null when only the Compose file is known. */
  running: boolean | null
}

export interface Mount {
  /** `emptyDir`: a volume of one pod, which is deleted with it. */
  kind: 'bind' | 'volume' | 'tmpfs' | 'emptyDir'
  /** Folder in the container. */
  target: string
  /** Folder on the server. */
  host: string | null
  /** Why `host` is null. */
  why: string | null
  /** `host` follows from what is usual. */
  assumed: boolean
  /** Docker's name of the volume. */
  volume: string | null
  origin: Origin
}

export interface PublishedPort {
  containerPort: string
  /** Null when Docker picks one. */
  hostPort: string | null
  /** Empty for all addresses of the server. */
  hostIp: string
  origin: Origin
  /** A default stands in for a variable that is set nowhere. */
  assumed: boolean
}

/** A published port alone, without where it is written. */
export type PortPair = Pick<PublishedPort, 'containerPort' | 'hostPort' | 'hostIp'>

export interface NetworkAddress {
  network: string
  address: string
  /** The server’s own address on that network. */
  gateway: string
}
