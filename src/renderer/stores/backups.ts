import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BackupSnapshot, KnownBackup } from '../../shared/backup.ts'
import type { ErrorData } from '../../shared/errors.ts'
import type { Api } from '../api.ts'

/** Whose backup it is about: of the database that a run was planned on, else of the one that a connection used last. */
export interface BackupSubject {
  profileId: string
  runId: string | null
}

export interface BackupsState {
  /** Whom the dialog is open for. */
  asked: BackupSubject | null
  /** The dialog shows how a backup goes or went, and not the form for a new one. */
  shows: 'form' | 'backup'
  /** The backup that is being made, or was made last in this session. */
  snapshot: BackupSnapshot | null
  /** Why one could not begin. */
  error: ErrorData | null
  /** The latest backup of each, as far as it was asked for. */
  last: Record<string, BackupSubject & { backup: KnownBackup | null }>
  /** Follows what the main process tells; the returned function ends that. */
  listen: () => () => void
  /** For a window that was reloaded meanwhile. */
  refresh: () => Promise<void>
  loadLast: (subject: BackupSubject) => Promise<void>
  /** Opens the dialog: on the backup that is being made, or with `shows` on how the latest one has ended. */
  open: (subject: BackupSubject, shows?: BackupsState['shows']) => void
  close: () => void
  /** Asks where to, and begins. */
  make: (container: string | null) => Promise<void>
  cancel: () => Promise<void>
  reveal: (subject: BackupSubject) => Promise<void>
}

export const keyOf = ({ profileId, runId }: BackupSubject): string => `${profileId} ${runId ?? ''}`

export const isBeingMade = (snapshot: BackupSnapshot | null): boolean => snapshot?.state === 'running'

/** Backups of databases: which there are, and the one that is being made. */
export function createBackupsStore(api: { backups: Api['backups']; on: Api['on'] }): StoreApi<BackupsState> {
  return createStore<BackupsState>((set, get) => ({
    asked: null,
    shows: 'form',
    snapshot: null,
    error: null,
    last: {},
    listen: () =>
      api.on('backup.changed', (snapshot) => {
        set({ snapshot })
        if (snapshot.state === 'done') for (const subject of Object.values(get().last)) void get().loadLast(subject)
      }),
    async refresh() {
      const reply = await api.backups.current()
      if (reply.ok && get().snapshot === null) set({ snapshot: reply.value })
    },
    async loadLast(subject) {
      const reply = await api.backups.last(subject.profileId, subject.runId)
      if (reply.ok) set({ last: { ...get().last, [keyOf(subject)]: { ...subject, backup: reply.value } } })
    },
    open(asked, shows = isBeingMade(get().snapshot) ? 'backup' : 'form') {
      set({ asked, shows, error: null })
      void get().loadLast(asked)
    },
    close: () => set({ asked: null, error: null }),
    async make(container) {
      const { asked } = get()
      if (!asked) return
      set({ error: null })
      const reply = await api.backups.make(asked.profileId, { container })
      if (!reply.ok) set({ error: reply.error })
      else if (reply.value !== null) set({ shows: 'backup' })
    },
    async cancel() {
      await api.backups.cancel()
    },
    async reveal({ profileId, runId }) {
      await api.backups.reveal(profileId, runId)
    },
  }))
}
