export const notices = {
  backedUpTo: (path: string) => `Database backed up to ${path}`,
  databaseNotBackedUp: 'Database not backed up.',
  show: 'Show',
  theNewConnection: 'the new connection',
  continueEditing: 'Continue editing',
  unsavedChanges: (what: string) => `Your changes to ${what} aren’t saved. They are kept until you quit.`,
  theFileContainsNoConnection: 'The file contains no connection.',
  imported: (connections: string) => `Added: ${connections}. Enter their passwords before you use them.`,
  bundleSaved: (path: string) => `Support bundle saved to ${path}. Review it before you share it.`,
  showInFolder: 'Show in folder',
  runRecordDeleted: 'Run record deleted. Documents, bucket and files weren’t changed.',
}
