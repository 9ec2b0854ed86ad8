import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A small disk of its own, which can be filled. Mounting takes root, as CI is. */
export interface Disk {
  path: string
  /** Leaves no byte free. */
  fill: () => void
  /** Takes away what `fill` wrote. */
  clear: () => void
  /** Another path to the same disk, through which nothing can be written. */
  readOnly: string
  remove: () => Promise<void>
}

export async function createDisk(size: string): Promise<Disk> {
  const path = await mkdtemp(join(tmpdir(), 'readur-disk-'))
  const readOnly = await mkdtemp(join(tmpdir(), 'readur-disk-ro-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path])
  execFileSync('mount', ['--bind', path, readOnly])
  execFileSync('mount', ['-o', 'remount,bind,ro', readOnly])
  const filler = join(path, 'filler')
  return {
    path,
    fill: () => {
      const file = openSync(filler, 'a')
      try {
        for (const piece of [64 * 1024, 4096, 1]) writeUntilFull(file, Buffer.alloc(piece))
      } finally {
        closeSync(file)
      }
    },
    clear: () => rmSync(filler),
    readOnly,
    remove: async () => {
      // What still holds a file there must not keep the test from ending.
      for (const place of [readOnly, path]) {
        execFileSync('umount', ['--lazy', place])
        await rm(place, { recursive: true, force: true })
      }
    },
  }
}

function writeUntilFull(file: number, piece: Buffer): void {
  try {
    for (;;) writeSync(file, piece)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}
