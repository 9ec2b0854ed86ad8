import { describe, expect, it } from 'vitest'
import { candidatesFor, type PathPrefix } from '../../../src/main/engine/plan/paths.ts'

const container: PathPrefix[] = [{ stored: '/app/uploads', folder: '' }]

const placesOf = (stored: string, prefixes = container): string[] | string => {
  const candidates = candidatesFor(stored, prefixes)
  return candidates.kind === 'inside' ? candidates.exact : candidates.kind
}

describe('the places of a stored path', () => {
  it.each([
    ['/app/uploads/documents/x.pdf', ['documents/x.pdf']],
    ['/app/uploads//documents/./x.pdf', ['documents/x.pdf']],
    ['/app/uploads/processed_images/x.png', ['processed_images/x.png']],
    ['./uploads/documents/x.pdf', ['documents/x.pdf', 'uploads/documents/x.pdf', 'documents/uploads/documents/x.pdf']],
    ['uploads/documents/x.pdf', ['documents/x.pdf', 'uploads/documents/x.pdf', 'documents/uploads/documents/x.pdf']],
    ['./uploads/x.pdf', ['x.pdf', 'documents/x.pdf', 'uploads/x.pdf', 'documents/uploads/x.pdf']],
    ['uploads/x.pdf', ['x.pdf', 'documents/x.pdf', 'uploads/x.pdf', 'documents/uploads/x.pdf']],
    ['documents/x.pdf', ['documents/x.pdf', 'documents/documents/x.pdf']],
    ['x.pdf', ['x.pdf', 'documents/x.pdf']],
    ['/app/uploads/documents/a/../x.pdf', ['documents/x.pdf']],
    ['/app/uploads/documents/..x.pdf', ['documents/..x.pdf']],
  ])('“%s”', (stored, places) => expect(placesOf(stored)).toEqual(places))

  it.each([
    '/app/uploads/../payroll.txt',
    '/app/uploads/documents/../../payroll.txt',
    '/app/uploads-old/x.pdf',
    '/app/uploads',
    '/etc/passwd',
    '../x.pdf',
    './uploads/../../x.pdf',
    'uploads/documents/../../x.pdf',
  ])('“%s” lies outside', (stored) => expect(placesOf(stored)).toBe('outside'))

  it.each(['', '   '])('“%s” is no path', (stored) => expect(placesOf(stored)).toBe('empty'))

  it('may lie in a folder that the container calls otherwise', () => {
    const mapped = [{ stored: '/mnt/archive/', folder: 'documents/archive' }, ...container]
    expect(placesOf('/mnt/archive/x.pdf', mapped)).toEqual(['documents/archive/x.pdf'])
    expect(placesOf('/mnt/archived/x.pdf', mapped)).toBe('outside')
  })

  it('follow a relative UPLOAD_PATH', () => {
    const relative = [{ stored: './data/up', folder: '' }]
    expect(placesOf('./data/up/documents/x.pdf', relative)).toContain('documents/x.pdf')
    expect(placesOf('data/up/x.pdf', relative)).toEqual(expect.arrayContaining(['x.pdf', 'documents/x.pdf']))
  })

  it('name the folder to which a start of Readur moves files of the root', () => {
    expect(candidatesFor('/app/uploads/x.pdf', container)).toMatchObject({ recoverable: 'documents/x.pdf' })
    expect(candidatesFor('/app/uploads/documents/x.pdf', container)).toMatchObject({ recoverable: null })
  })
})
