import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { MigrateError } from '../../../../src/main/engine/errors.ts'
import { doctorWorld, examine, type DoctorWorld } from './doctorWorld.ts'

function addRow(world: DoctorWorld, filePath: string, text: string): void {
  const id = `d${world.database.documentRows.size}`
  world.database.documentRows.set(id, {
    id,
    userId: 'u1',
    filename: 'a.txt',
    filePath,
    fileSize: text.length,
    fileHash: createHash('sha256').update(text).digest('hex'),
    mimeType: null,
    createdAt: 0,
  })
}

const refuse = (world: DoctorWorld): void => {
  const message = '“/srv/readur/uploads” cannot be used, or holds no folder documents/: ENOENT.'
  vi.spyOn(world.uploads, 'check').mockRejectedValue(new MigrateError('UPLOADS_MISSING', { message, scope: 'run' }))
}

describe('the test of a connection looks at what rows say', () => {
  it('and does not pass with another UPLOAD_PATH, but offers the map that makes it right', async () => {
    const world = doctorWorld({ folder: { isInContainer: false, maps: ['/x=/y'] } })
    for (let at = 0; at < 6; at += 1) {
      world.uploads.write(`documents/${at}.txt`, Buffer.from(`text ${at}`))
      addRow(world, `/var/lib/readur/documents/${at}.txt`, `text ${at}`)
    }
    const { of, outcome, checkup } = await examine(world, 'connection')
    expect(outcome).toBe('failed')
    expect(of('uploads.mapping')).toMatchObject({ severity: 'blocking', error: { code: 'UPLOADS_MISSING' } })
    expect(of('uploads.mapping').remedy?.words).toContain('to be right: /var/lib/readur=/srv/readur/uploads.')
    expect(checkup.action('set-map-1')).toEqual({
      kind: 'set variable',
      name: 'READUR_UPLOADS_MAP',
      value: '/x=/y;/var/lib/readur=/srv/readur/uploads',
    })
  })

  it('and names where a link leads that nobody has allowed', async () => {
    const world = doctorWorld()
    addRow(world, '/app/uploads/documents/a.txt', 'a')
    const link = { path: 'documents', target: '/mnt/big' }
    const reason = 'is a link that leaves the uploads folder'
    vi.spyOn(world.uploads, 'inspect').mockResolvedValue({ kind: 'outside', reason, link })
    const { of, checkup } = await examine(world, 'connection')
    expect(of('uploads.mapping')).toMatchObject({ severity: 'warning' })
    expect(of('uploads.mapping').evidence.join('\n')).toContain('“documents” leads to “/mnt/big”')
    expect(of('uploads.mapping').remedy?.words).toContain('to be right: /app/uploads/documents=/mnt/big.')
    // Whoever allows it writes its name.
    expect(checkup.action('set-map-1')).toBeNull()
  })
})

describe('a folder that is not the uploads folder', () => {
  it('but its documents/ is told by the rows, and the one above is offered', async () => {
    const world = doctorWorld()
    Object.assign(world.uploads, { namedRoot: '/srv/readur/uploads/documents' })
    refuse(world)
    addRow(world, '/app/uploads/documents/a.txt', 'a')
    world.uploads.write('a.txt', Buffer.from('a'))
    const { of, checkup } = await examine(world, 'connection')
    expect(of('uploads.folder')).toMatchObject({ severity: 'blocking', error: { code: 'UPLOADS_MISSING' } })
    expect(of('uploads.folder').remedy?.words).toContain('“/srv/readur/uploads”')
    expect(checkup.action('set-uploads')).toEqual({
      kind: 'set variable',
      name: 'READUR_UPLOADS_DIR',
      value: '/srv/readur/uploads',
    })
    expect(of('uploads.mapping').state).toBe('skipped')
  })

  it('but holds it is told by the rows too', async () => {
    const world = doctorWorld({ folder: { isInContainer: true, maps: [] } })
    Object.assign(world.uploads, { namedRoot: '/app' })
    refuse(world)
    addRow(world, '/app/uploads/documents/a.txt', 'a')
    world.uploads.write('uploads/documents/a.txt', Buffer.from('a'))
    const { checkup } = await examine(world, 'connection')
    expect(checkup.action('set-uploads')).toMatchObject({ name: 'UPLOAD_PATH', value: '/app/uploads' })
  })

  it('and has nothing of the rows near it is refused as it is', async () => {
    const world = doctorWorld()
    Object.assign(world.uploads, { namedRoot: '/srv/documents' })
    refuse(world)
    addRow(world, '/app/uploads/documents/a.txt', 'a')
    const { of, checkup } = await examine(world, 'connection')
    expect(of('uploads.folder').error?.message).toContain('holds no folder documents/')
    expect(checkup.action('set-uploads')).toBeNull()
  })

  it('of a Synology is found without its volume, and that is told', async () => {
    const world = doctorWorld()
    world.folder.hiddenPart = '/volume1'
    const { of, outcome } = await examine(world, 'connection')
    expect(of('uploads.folder')).toMatchObject({ severity: 'note' })
    expect(of('uploads.folder').finding).toContain('without /volume1')
    expect(outcome).toBe('passed')
  })
})
