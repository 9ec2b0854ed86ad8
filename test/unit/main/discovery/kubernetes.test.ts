import { describe, expect, it } from 'vitest'
import { discoverTogether } from '../../../../src/main/discovery/files.ts'
import { missingOf, notesOf, reasonOf, suggestionsFor, valuesOf } from './support.ts'

const find = async (...texts: string[]) => {
  const files = texts.map((text, at) => ({ name: `${at}.yaml`, text, read: () => Promise.resolve(null) }))
  const [first, ...others] = await discoverTogether(files)
  expect(others).toEqual([])
  if (!first) throw new Error('Nothing was found.')
  return first
}

const workload = (kind: string): string => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: readur
  namespace: docs
spec:
  replicas: 1
  template:
    metadata:
      labels: { app: readur }
    spec:
      volumes:
        - name: uploads
          persistentVolumeClaim: { claimName: readur-uploads }
      containers:
        - name: proxy
          image: nginx:1.27
          env: [{ name: UPLOAD_PATH, value: /elsewhere }]
        - name: app
          image: ghcr.io/readur/readur:2.9.2
          envFrom:
            - configMapRef: { name: readur-config }
            - secretRef: { name: readur-s3 }
              prefix: S3_
          env:
            - name: POSTGRES_PASSWORD
              valueFrom: { secretKeyRef: { name: readur-db, key: password } }
            - name: DATABASE_URL
              value: postgres://readur:$(POSTGRES_PASSWORD)@postgres.docs.svc.cluster.local:5433/readur
            - name: NOT_ONE
              value: $$(POSTGRES_PASSWORD)
          volumeMounts:
            - name: uploads
              mountPath: /app/uploads
`
/** A pod of Readur that stores on S3 at this address, with more in its specification. */
const pod = (endpoint: string, more: string): string => `apiVersion: v1
kind: Pod
metadata: { name: readur }
spec:
  ${more}
  containers:
    - name: app
      image: ghcr.io/readur/readur:2.9.2
      env:
        - { name: S3_ENABLED, value: "true" }
        - { name: S3_BUCKET_NAME, value: docs }
        - { name: S3_ACCESS_KEY_ID, value: k }
        - { name: S3_SECRET_ACCESS_KEY, value: s }
        - { name: S3_ENDPOINT_URL, value: "${endpoint}" }
        - { name: DATABASE_URL, value: "postgres://readur:p@db-0.postgres:5432/readur" }
`
const statefulSet = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: postgres
  template:
    spec:
      containers:
        - { name: postgres, image: "postgres:16", env: [{ name: POSTGRES_DB, value: readur }] }
`
const config = `apiVersion: v1
kind: ConfigMap
metadata: { name: readur-config }
data:
  UPLOAD_PATH: /app/uploads
  S3_BUCKET_NAME: documents
  S3_ENDPOINT_URL: https://s3.example.org
`
const secrets = `apiVersion: v1
kind: List
items:
  - kind: Secret
    metadata: { name: readur-db }
    data: { password: ${Buffer.from('p$ss').toString('base64')} }
  - kind: Secret
    metadata: { name: readur-s3 }
    stringData: { ACCESS_KEY_ID: key-id, SECRET_ACCESS_KEY: the-secret }
`

describe('files for Kubernetes', () => {
  it.each(['Deployment', 'StatefulSet'])('give what a %s, its ConfigMap and its Secrets say', async (kind) => {
    const found = await find(`${workload(kind)}---\n${config}`, secrets)
    expect(valuesOf(found)).toEqual({
      databaseName: 'readur',
      databaseUser: 'readur',
      databasePassword: 'p$ss',
      uploadsContainer: '/app/uploads',
      dockerContainer: `kubernetes:docs/${kind.toLowerCase()}/readur:app`,
      s3Bucket: 'documents',
      s3Endpoint: 'https://s3.example.org',
      s3AccessKey: 'key-id',
      s3SecretKey: 'the-secret',
      readurVersion: '2.9.2',
    })
    expect(missingOf(found)).toEqual(['databaseAddress'])
    expect(suggestionsFor(found, 'databaseAddress')).toEqual(['127.0.0.1:5433'])
    expect(notesOf(found)).toContain('kubectl --namespace=docs port-forward service/postgres 5433:5433')
    expect(found.settings.s3Bucket?.origin).toMatchObject({ container: 'app', variable: 'S3_BUCKET_NAME' })
  })

  it('name what they refer to and nobody has given', async () => {
    const found = await find(workload('Deployment'))
    expect(reasonOf(found, 'databasePassword')).toContain('The key password of the Secret readur-db')
    expect(notesOf(found)).toContain('Secret readur-s3 was not found')
    expect(notesOf(found)).toContain('ConfigMap readur-config was not found')
  })

  it('may be the values of Readur’s Helm chart, whose variables are a map', async () => {
    const found = await find(`controllers:
  main:
    containers:
      readur:
        image: { repository: readur/readur, tag: 2.9.2 }
        env:
          UPLOAD_PATH: /app/uploads
          DATABASE_URL: postgres://readur:secret@db.example.org/readur
          S3_BUCKET_NAME: documents
          S3_REGION: '{{ .Values.region }}'
          S3_SECRET_ACCESS_KEY:
            valueFrom:
              secretKeyRef: { name: s3, key: secret }
persistence:
  uploads:
    globalMounts: [{ path: /app/uploads }]
`)
    expect(valuesOf(found)).toEqual({
      databaseAddress: 'db.example.org:5432',
      databaseName: 'readur',
      databaseUser: 'readur',
      databasePassword: 'secret',
      uploadsContainer: '/app/uploads',
      s3Bucket: 'documents',
      readurVersion: '2.9.2',
    })
    expect(reasonOf(found, 's3Region')).toContain('template of Helm')
    expect(reasonOf(found, 's3SecretKey')).toContain('The key secret of the Secret s3')
    expect(reasonOf(found, 'uploadsHost')).toContain('only its pods see')
  })

  it.each([
    ['env', 'env:\n  - name: UPLOAD_PATH\n    value: /data\n  - name: OCR_LANGUAGE\n    value: eng\n'],
    ['a list alone', '- name: UPLOAD_PATH\n  value: /data\n- name: OCR_LANGUAGE\n  value: eng\n'],
  ])('may be a part of one, pasted without a name: %s', async (_what, text) => {
    const [found] = await discoverTogether([{ name: undefined, text, read: () => Promise.resolve(null) }])
    expect(found && valuesOf(found).uploadsContainer).toBe('/data')
  })

  it('name a folder of the node, which may be another computer', async () => {
    const text = workload('Pod')
      .replace('persistentVolumeClaim: { claimName: readur-uploads }', 'hostPath: { path: /srv/readur }')
      .replace('mountPath: /app/uploads', 'mountPath: /app/uploads\n              subPath: files')
    const { uploadsHost } = (await find(text, config)).settings
    expect(uploadsHost).toMatchObject({ value: '/srv/readur/files', confidence: 'likely' })
  })

  it.each([
    ['emptyDir: {}', 'pod', 'on an emptyDir volume, which is deleted with its pod'],
    ['emptyDir: { medium: Memory }', 'pod', 'on an emptyDir volume, which is deleted with its pod'],
    ['ephemeral: { volumeClaimTemplate: {} }', 'pod', 'which is deleted with its pod'],
    ['persistentVolumeClaim: { claimName: other }', null, ''],
    ['nfs: { server: nas, path: /readur }', null, ''],
  ] as const)('say whether the uploads last: %s', async (volume, lostWith, words) => {
    const text = workload('Deployment').replace('persistentVolumeClaim: { claimName: readur-uploads }', volume)
    const found = await find(text, config)
    expect(found.uploads).toMatchObject({ lostWith, path: '/app/uploads' })
    expect(found.settings.dockerContainer?.value).toBe('kubernetes:docs/deployment/readur:app')
    expect(notesOf(found)).toContain(words)
    expect(notesOf(found).includes('deleted with its pod')).toBe(lostWith === 'pod')
  })

  it('whose uploads are on no volume say that a restart deletes them', async () => {
    const found = await find(workload('Deployment').replace('mountPath: /app/uploads', 'mountPath: /cache'), config)
    expect(found.uploads?.lostWith).toBe('container')
    expect(notesOf(found)).toContain('no volume is mounted there')
    expect(notesOf(found)).toContain('(kubectl exec). They are lost when the container is restarted')
    // The claims of a StatefulSet are among its templates.
    const claimed = workload('StatefulSet').replace(
      '- name: uploads\n          persistentVolumeClaim',
      '- name: x\n          persistentVolumeClaim',
    )
    expect((await find(claimed, config)).uploads?.lostWith).toBeNull()
  })

  it('without a Readur say so', async () => {
    await expect(find(config)).rejects.toMatchObject({ code: 'READUR_NOT_FOUND' })
  })
})

describe('the network of a pod', () => {
  it('is that of its node where it says so', async () => {
    const own = await find(pod('http://127.0.0.1:9000', 'hostNetwork: false'))
    expect([own.storing?.isItself, own.network?.isServers]).toEqual([true, false])
    const nodes = await find(pod('http://127.0.0.1:9000', 'hostNetwork: true'))
    expect([nodes.storing?.isItself, nodes.network?.isServers]).toEqual([false, true])
  })

  it('knows names that the pod gives addresses itself', async () => {
    const aliases = 'hostAliases: [{ ip: 127.0.0.1, hostnames: [s3.lan] }]'
    expect((await find(pod('http://s3.lan:9000', aliases))).storing?.isItself).toBe(true)
  })

  it('has names for single pods, which lead nowhere outside of the cluster', async () => {
    const ofCluster = '“db-0.postgres” is a service of the cluster, which only its pods reach.'
    const ofSet = await find(pod('http://s3.example.org', 'restartPolicy: Always'), statefulSet)
    expect(reasonOf(ofSet, 'databaseAddress')).toBe(ofCluster)
    const bySubdomain = await find(
      pod('http://s3.example.org', 'restartPolicy: Always'),
      statefulSet
        .replace('serviceName: postgres', 'replicas: 1')
        .replace('containers:', 'hostname: db-0\n      subdomain: postgres\n      containers:'),
    )
    expect(reasonOf(bySubdomain, 'databaseAddress')).toBe(ofCluster)
    // Without such a service it is a name like any other.
    expect((await find(pod('http://s3.example.org', 'restartPolicy: Always'))).database).toBe('direct')
  })
})
