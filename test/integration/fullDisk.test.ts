import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDisk, type Disk } from '../services/disk.ts'
import { addsUp, parseReport, World } from './world.ts'

let world: World
let disk: Disk
beforeEach(async () => {
  disk = await createDisk('8m')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await world.close()
  await disk.remove()
})

describe('a full disk with the data folder', () => {
  it('that fills while a run is under way ends it in order; with space it is resumed', async () => {
    world = await World.bulk(300)
    world.home = disk.path
    const migration = world.spawn('migrate', '--parallel-uploads', '1', '--batch-size', '10')
    await migration.reached('committed', 20)
    disk.fill()
    const { code, out, err } = await migration.ended
    expect(code).toBe(130)
    expect(err).toMatch(/The disk of “\S+” is full: .* of 8(\.\d)? MB are free/)
    expect(`${out}${err}`).not.toMatch(/INTERNAL|damaged|cannot rollback/)
    const report = parseReport(out)
    expect(report).toMatchObject({ status: 'interrupted' })
    expect(report.problems).toContainEqual(expect.objectContaining({ code: 'DISK_FULL', kind: 'run' }))
    expect(await world.brokenPointers()).toEqual([])

    disk.clear()
    const resumed = await world.run('resume')
    expect(resumed.report).toMatchObject({ status: 'completed', committed: 300, remaining: 0 })
    expect(addsUp(resumed.report)).toBe(true)
    expect(await world.check()).toMatchObject({ ok: true, differences: [] })
  })

  it('that is full before a run leaves no trace of one', async () => {
    world = await World.bulk(3)
    world.home = disk.path
    expect((await world.call('runs', 'list')).out).toEqual(['There are no runs yet.'])
    disk.fill()
    const { code, report, err } = await world.run('migrate')
    expect(code).toBe(3)
    expect(report.problems.map(({ code: of }) => of)).toEqual(['DISK_FULL'])
    expect(err).toContain(disk.path)
    const checks = await world.call('doctor', '--quick', '--env-file', world.envFile)
    expect(checks.code).toBe(3)
    expect(checks.out.join('\n')).toContain(disk.path)
    expect((await world.call('runs', 'list')).out).toEqual(['There are no runs yet.'])
  })
})

describe('a read-only data folder', () => {
  it('still shows every run, and is named by whatever would write there', async () => {
    world = await World.bulk(3)
    world.home = disk.path
    const { report } = await world.run('migrate')
    world.home = disk.readOnly
    const listed = await world.call('runs', 'list')
    expect(listed.code).toBe(0)
    expect(listed.out.join('\n')).toContain(report.runId)
    expect(listed.out.join('\n')).toContain('completed')

    const refused = await world.run('migrate')
    expect(refused.code).toBe(3)
    expect(refused.report.problems.map(({ code }) => code)).toEqual(['DATA_FOLDER_UNWRITABLE'])
    expect(refused.err).toContain('mounted read-only')
    const undone = await world.run('rollback', report.runId ?? '', '--yes')
    expect(undone.err).toContain('DATA_FOLDER_UNWRITABLE')
    const checks = await world.call('doctor', '--quick', '--env-file', world.envFile)
    expect(checks.code).toBe(3)
    expect(checks.out.join('\n')).toMatch(/Data folder – The data folder can’t be written/)
  })
})

describe('a full disk with temporary files', () => {
  it('is of no account: what an audit needs for the moment is kept in the data folder', async () => {
    world = await World.bulk(3)
    await world.run('migrate')
    disk.fill()
    vi.stubEnv('TMPDIR', disk.path)
    expect(await world.call('audit', '--env-file', world.envFile)).toMatchObject({ code: 0 })
  })
})

describe('a full disk with a report', () => {
  it('is named by everything that writes one, and nothing half is left', async () => {
    world = await World.bulk(3)
    const { report } = await world.run('migrate')
    const id = report.runId ?? ''
    disk.fill()
    const target = (name: string): string => join(disk.path, name)
    const commands = [
      ['verify-state', id, '--report', target('drift.jsonl')],
      ['validate', id, '--report', target('validation.json')],
      ['support-bundle', target('bundle.zip'), '--run', id, '--yes'],
      ['audit', '--report', target('audit.csv')],
    ]
    // One difference, so that there is something to write.
    await world.query(
      `UPDATE documents SET file_path = 'elsewhere' WHERE id = (SELECT min(id::text)::uuid FROM documents)`,
    )
    for (const command of commands) {
      const { code, err } = await world.call(...command, '--env-file', world.envFile)
      expect({ command, code, err }).toEqual({ command, code: 3, err: expect.stringContaining('DISK_FULL') as string })
      expect(err).toContain(disk.path)
    }
    const exported = await world.call('runs', 'export', id, '--output', target('state.json'))
    expect(exported.code).toBe(3)
    expect(exported.err).toContain('DISK_FULL')
    expect(readdirSync(disk.path)).toEqual(['filler'])
    expect(existsSync(target('drift.jsonl'))).toBe(false)
  })
})
