import { expect, it } from 'vitest'
import { controlOf, specOf, wantedOf } from '../../../scripts/fpm.mjs'

/** As electron-builder calls fpm. */
const call = (type, ...more) => [
  ...['-s', 'dir', '--force', '-t', type, '-d', 'libgtk-3-0 | libgtk-3-0t64', '-d', 'libnss3'],
  ...['--deb-recommends', 'postgresql-client', '--deb-compression', 'xz', '--architecture', 'amd64'],
  ...['--after-install', '/tmp/after-install', '--description', 'move documents\n To S3 and back.\nAll of 100 %.'],
  ...['--version', '0.1.0~rc.1', '--package', '/dist/x.deb', '--name', 'readur-migrate'],
  ...['--maintainer', 'We <we@example.org>', '--url', 'https://example.org', '--license', 'MIT', ...more],
  ...['/dist/linux-unpacked/=/opt/Readur Migrate', 'a=b.sh=/usr/bin/readur-migrate'],
]

it('reads fpm’s arguments: what is repeated, what comes later, and sources with signs and blanks', () => {
  const wanted = wantedOf(call('deb', '--deb-compression', 'zstd'))
  expect(wanted.type).toBe('deb')
  expect(wanted.depends).toEqual(['libgtk-3-0 | libgtk-3-0t64', 'libnss3'])
  expect(wanted.options['deb-compression']).toBe('zstd')
  expect(wanted.sources).toEqual([
    { from: '/dist/linux-unpacked/', to: '/opt/Readur Migrate' },
    { from: 'a=b.sh', to: '/usr/bin/readur-migrate' },
  ])
})

it.each([
  ['another kind of package', call('pacman'), '-t deb or -t rpm'],
  ['a source without a place', [...call('deb'), 'file'], '“file” is not a source'],
  ['an option without its value', [...call('deb'), '--vendor'], '--vendor needs a value'],
  ['no name', call('deb').filter((arg) => arg !== '--name' && arg !== 'readur-migrate'), '--name is missing'],
])('refuses %s', (_what, args, message) => {
  expect(() => wantedOf(args)).toThrow(message)
})

it('writes a control file that dpkg takes', () => {
  expect(controlOf(wantedOf(call('deb')), 42)).toBe(`Package: readur-migrate
Version: 0.1.0~rc.1
Architecture: amd64
Maintainer: We <we@example.org>
Installed-Size: 42
Depends: libgtk-3-0 | libgtk-3-0t64, libnss3
Recommends: postgresql-client
Section: utils
Priority: optional
Homepage: https://example.org
Description: move documents
 To S3 and back.
 All of 100 %.
`)
})

it('writes a spec file whose texts are no macros', () => {
  const spec = specOf(wantedOf(call('rpm')), '/tmp/100%/tree')
  expect(spec).toContain('Requires: libnss3\n')
  expect(spec).toContain('Summary: move documents\n')
  expect(spec).toContain('%description\nTo S3 and back.\nAll of 100 %%.\n')
  expect(spec).toContain('cp -a "/tmp/100%%/tree/." "%{buildroot}"')
  expect(spec).toContain('%files\n%defattr(-,root,root,-)\n"/opt/Readur Migrate"\n"/usr/bin/readur-migrate"\n')
})
