import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { programCommands } from '../../../src/main/ipc/program.ts'

interface Item {
  role?: string
  type?: string
  label?: string
  enabled?: boolean
  click?: () => void
}

const shown = vi.hoisted((): { items: Item[]; close: (() => void) | undefined }[] => [])

vi.mock('electron', () => ({
  Menu: {
    buildFromTemplate: (items: Item[]) => ({
      popup: (options?: { callback: () => void }) => shown.push({ items, close: options?.callback }),
    }),
  },
}))
const { offerTextMenu } = await import('../../../src/main/window/textMenu.ts')
const { popUp } = await import('../../../src/main/window/popUp.ts')

beforeEach(() => shown.splice(0))

describe('the menu of a field', () => {
  const all = { canUndo: true, canCut: true, canCopy: true, canPaste: true, canSelectAll: true }
  const asked = (about: object): (string | undefined)[] | null => {
    const contents = new EventEmitter()
    offerTextMenu(contents as never)
    contents.emit('context-menu', {}, { isEditable: false, selectionText: '', editFlags: all, ...about })
    return shown.at(-1)?.items.flatMap(({ role, enabled }) => (role && enabled ? [role] : [])) ?? null
  }

  it('cuts, copies and pastes', () => {
    expect(asked({ isEditable: true })).toEqual(['undo', 'cut', 'copy', 'paste', 'selectAll'])
  })

  it('copies nothing of a password', () => {
    const editFlags = { ...all, canCut: false, canCopy: false }
    expect(asked({ isEditable: true, editFlags })).toEqual(['undo', 'paste', 'selectAll'])
  })

  it('copies text that is selected, and is not there for anything else', () => {
    expect(asked({})).toBeNull()
    expect(asked({ selectionText: 'documents/a.pdf' })).toEqual(['copy'])
  })
})

describe('a menu of the page', () => {
  const deps = { popUp } as unknown as Parameters<typeof programCommands>[0]
  const call = (...args: unknown[]): unknown => programCommands(deps)['menu.popUp'].call(args)
  const entries = [
    { id: 'open', label: 'Open A & B', enabled: true },
    'line',
    { id: 'roll back', label: 'Roll back…', enabled: false },
  ]

  it('tells what was chosen', async () => {
    const chosen = call(entries)
    const [menu] = shown
    expect(menu?.items.map(({ label, type }) => label ?? type)).toEqual(['Open A && B', 'separator', 'Roll back…'])
    expect(menu?.items.at(-1)).toMatchObject({ enabled: false })
    menu?.items[0]?.click?.()
    menu?.close?.()
    expect(await chosen).toBe('open')
  })

  it('tells that nothing was', async () => {
    const chosen = call(entries)
    shown[0]?.close?.()
    expect(await chosen).toBeNull()
  })

  it.each([
    ['nothing', []],
    ['too much', Array.from({ length: 31 }, () => 'line')],
    ['a label without end', [{ id: 'a', label: 'x'.repeat(101), enabled: true }]],
    ['a role of the platform', [{ id: 'a', label: 'x', enabled: true, role: 'quit' }]],
    ['something else', ['quit']],
  ])('is refused with %s', (_, given) => {
    expect(() => call(given)).toThrow()
    expect(shown).toEqual([])
  })
})
