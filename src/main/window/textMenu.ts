import { Menu, type MenuItemConstructorOptions, type WebContents } from 'electron'

/** The platform's menu at the pointer, for fields and for text that is selected. */
export function offerTextMenu(contents: WebContents): void {
  contents.on('context-menu', (_event, { isEditable, selectionText, editFlags }) => {
    const copy: MenuItemConstructorOptions = { role: 'copy', enabled: editFlags.canCopy }
    const field: MenuItemConstructorOptions[] = [
      { role: 'undo', enabled: editFlags.canUndo },
      { type: 'separator' },
      { role: 'cut', enabled: editFlags.canCut },
      copy,
      { role: 'paste', enabled: editFlags.canPaste },
      { type: 'separator' },
      { role: 'selectAll', enabled: editFlags.canSelectAll },
    ]
    if (isEditable) Menu.buildFromTemplate(field).popup()
    else if (selectionText.trim() !== '') Menu.buildFromTemplate([copy]).popup()
  })
}
