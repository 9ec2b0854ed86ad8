import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { bashCompletion, manualPage, pages } from '../../../scripts/commandPages.mjs'

const all = pages()
const about = { version: '1.2.3', date: '2026-11-30', homepage: 'https://example.org' }

it('lists every command and its options, from commander itself', () => {
  const names = all.map(({ words }) => words.join(' '))
  expect(names).toEqual(expect.arrayContaining(['', 'migrate', 'runs', 'runs list', 'connections add']))
  const migrate = all.find(({ words }) => words.join(' ') === 'migrate')
  expect(migrate.options.flatMap(({ flags }) => flags)).toEqual(expect.arrayContaining(['--copy-only', '--env-file']))
})

/** What bash offers for a line whose last word is being typed. */
function completed(...words) {
  const script = `${bashCompletion(all)}
COMP_WORDS=(readur-migrate "$@"); COMP_CWORD=$#
_readur_migrate; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.trim().split('\n')
}

it('completes commands, commands of commands, and options in bash', () => {
  expect(completed('mig')).toEqual(['migrate'])
  expect(completed('runs', 'l')).toEqual(['list'])
  expect(completed('migrate', '--env-file', 'readur.env', '--copy')).toEqual(['--copy-only'])
  expect(completed('runs', 'list', '--copy')).toEqual([''])
})

it('writes a manual page where no text is taken for a command of roff', () => {
  const lines = manualPage(all, about).split('\n')
  expect(lines[0]).toBe('.TH READUR\\-MIGRATE 1 "2026-11-30" "readur\\-migrate 1.2.3" "User Commands"')
  const commands = new Set(lines.filter((line) => /^[.']/.test(line)).map((line) => line.split(' ')[0]))
  expect([...commands].sort()).toEqual(['.B', '.I', '.PP', '.SH', '.SS', '.TH', '.TP', '.br'])
  expect(lines).toContain('.SS readur\\-migrate runs list [options]')
})
