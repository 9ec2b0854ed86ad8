import { expect, it } from 'vitest'
import { channels, mergedFeed, newest, problemsOf, released } from '../../../scripts/release.mjs'

const changelog = '# Changelog\n\n## 0.2.0 (unreleased)\n\n- New.\n\n## 0.1.0 (2026-01-01)\n\n- First.\n'

it('releases the newest section, and only one that was not', () => {
  const done = released(changelog, '0.3.0', '2026-11-30')
  expect(done).toBe(changelog.replace('## 0.2.0 (unreleased)', '## 0.3.0 (2026-11-30)'))
  expect(() => released(done, '0.4.0', '2026-12-01')).toThrow('nothing that is unreleased')
})

it('takes the notes of the newest version alone', () => {
  expect(newest(changelog)).toEqual({ version: '0.2.0', date: 'unreleased', notes: '- New.' })
})

it('makes no release of a tag that says something else than package.json or CHANGELOG.md', () => {
  const ready = released(changelog, '0.2.0', '2026-11-30')
  expect(problemsOf('v0.2.0', { version: '0.2.0', changelog: ready })).toEqual([])
  expect(problemsOf('v0.2.1', { version: '0.2.0', changelog: ready })).toHaveLength(1)
  expect(problemsOf('v0.2.0', { version: '0.2.0', changelog })).toHaveLength(1)
  expect(problemsOf('v0.3.0', { version: '0.3.0', changelog: ready })).toHaveLength(1)
})

it('makes one feed of those of both kinds of Mac, and none of different versions', () => {
  const [arm, intel] = ['arm64', 'x64'].map((name) => ({
    version: '1.2.3',
    files: [{ url: `${name}.zip` }],
    path: name,
  }))
  const both = { version: '1.2.3', files: [{ url: 'arm64.zip' }, { url: 'x64.zip' }], path: 'arm64' }
  expect(mergedFeed([arm, intel])).toEqual(both)
  expect(() => mergedFeed([arm, { ...intel, version: '1.2.4' }])).toThrow('different versions')
  expect(() => mergedFeed([])).toThrow('no feed')
})

it('names files of the release with their sums for Homebrew and Arch Linux', () => {
  const about = { version: '1.2.3', homepage: 'https://example.org/x', description: 'Move documents.' }
  const names = [
    'readur-migrate-1.2.3-mac-arm64.dmg',
    'readur-migrate-1.2.3-mac-x64.dmg',
    'readur-migrate_1.2.3_amd64.deb',
  ]
  const sums = names.map((name, at) => `${String(at).repeat(64)}  ${name}\n`).join('')
  const files = channels(about, sums)
  expect(files['readur-migrate.rb']).toContain(`arm:   "${'0'.repeat(64)}"`)
  expect(files['readur-migrate.rb']).toContain('desc "Move documents"')
  expect(files.PKGBUILD).toContain(
    "source=('https://example.org/x/releases/download/v1.2.3/readur-migrate_1.2.3_amd64.deb')",
  )
  expect(files['.SRCINFO']).toContain(`\tsha256sums = ${'2'.repeat(64)}\n`)
  expect(() => channels(about, '')).toThrow('readur-migrate_1.2.3_amd64.deb')
})
