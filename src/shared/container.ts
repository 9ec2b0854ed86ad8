import { isPlain } from './plainText.ts'

export type ContainerRuntime = 'docker' | 'podman' | 'kubernetes'

/** A container, and what runs it. It is written `NAME`, `podman:NAME` or `kubernetes:[NAMESPACE/]KIND/NAME[:CONTAINER][@CONTEXT]`. */
export type ContainerAddress =
  | { runtime: 'docker' | 'podman'; name: string }
  | {
      runtime: 'kubernetes'
      /** A pod, or what makes pods, as kubectl takes it: `deployment/readur`. */
      target: string
      namespace: string | null
      /** One of several in the pod; null: the pod's default. */
      container: string | null
      /** Of the kubeconfig; null: the one that is current. */
      context: string | null
    }

/** The programs by which runtimes are asked, also where an account does not find them by name, as on a Synology. */
export const containerPrograms: Record<ContainerRuntime, readonly (readonly string[])[]> = {
  docker: [['docker'], ['/usr/local/bin/docker'], ['/snap/bin/docker']],
  podman: [['podman'], ['/usr/local/bin/podman']],
  kubernetes: [
    ['kubectl'],
    ['/usr/local/bin/kubectl'],
    ['/snap/bin/kubectl'],
    ['/usr/local/bin/k3s', 'kubectl'],
    ['/snap/bin/microk8s', 'kubectl'],
  ],
}

export const runtimeLabels: Record<ContainerRuntime, string> = {
  docker: 'Docker',
  podman: 'Podman',
  kubernetes: 'Kubernetes',
}

/** What is wrong with a container that cannot be read, said to the person who typed it. */
export const howContainersAreWritten =
  'Use the name that docker ps shows, podman:NAME, or kubernetes:NAMESPACE/deployment/NAME.'

/** Names and ids of Docker and Podman. Whatever else there is would be an option to their programs, or worse. */
const name = /^[A-Za-z0-9][\w.-]*$/
/** Names in Kubernetes are labels, or several with dots between them. */
const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?'
const inKubernetes = new RegExp(
  `^(?:(?<namespace>${label})/)?(?<kind>[a-z]+)/(?<object>${label}(?:\\.${label})*)(?::(?<container>${label}))?(?:@(?<context>.+))?$`,
)
/** What kubectl finds a pod for, by the names that people use. */
const kinds: Partial<Record<string, string>> = {
  ...{ pod: 'pod', pods: 'pod', po: 'pod' },
  ...{ deployment: 'deployment', deployments: 'deployment', deploy: 'deployment' },
  ...{ statefulset: 'statefulset', statefulsets: 'statefulset', sts: 'statefulset' },
  ...{ daemonset: 'daemonset', ds: 'daemonset', replicaset: 'replicaset', rs: 'replicaset' },
  ...{ service: 'service', svc: 'service' },
}

/** Null for what names no container. */
export function parseContainer(text: string): ContainerAddress | null {
  const [, scheme, rest = ''] = /^(podman|kubernetes):(.*)$/s.exec(text) ?? []
  if (scheme === 'kubernetes') return parsePod(rest)
  const address = {
    runtime: scheme === 'podman' ? 'podman' : 'docker',
    name: scheme === undefined ? text : rest,
  } as const
  return name.test(address.name) ? address : null
}

function parsePod(text: string): ContainerAddress | null {
  const { namespace, kind = '', object = '', container, context } = inKubernetes.exec(text)?.groups ?? {}
  const known = kinds[kind]
  if (known === undefined || (context !== undefined && !isPlain(context))) return null
  return {
    runtime: 'kubernetes',
    target: `${known}/${object}`,
    namespace: namespace ?? null,
    container: container ?? null,
    context: context ?? null,
  }
}

/** The arguments that run a program in a container, with our input, after those of `containerPrograms`. */
export function execArguments(address: ContainerAddress, argv: readonly string[]): string[] {
  if (address.runtime !== 'kubernetes') return ['exec', '-i', address.name, ...argv]
  return [...whereArguments(address), 'exec', '-i', address.target, ...partArguments(address), '--', ...argv]
}

/** The arguments that show what a pod is made of. */
export const describingArguments = (pod: Pod): string[] => [...whereArguments(pod), 'get', pod.target, '--output=json']

/** The arguments that show the end of a container's log. */
export function logArguments(address: ContainerAddress, lines: number): string[] {
  const some = ['logs', `--tail=${lines}`, '--timestamps']
  if (address.runtime !== 'kubernetes') return [...some, address.name]
  return [...whereArguments(address), ...some, address.target, ...partArguments(address)]
}

export type Pod = Extract<ContainerAddress, { runtime: 'kubernetes' }>

const whereArguments = ({ context, namespace }: Pod): string[] => [
  ...(context === null ? [] : [`--context=${context}`]),
  ...(namespace === null ? [] : [`--namespace=${namespace}`]),
]
const partArguments = ({ container }: Pod): string[] => (container === null ? [] : [`--container=${container}`])
