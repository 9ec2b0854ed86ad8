import { useEffect } from 'react'
import type { MenuCommand } from '../shared/ipc.ts'
import { useImporting, useNavigation, useOverlay, useStores } from './stores/context.tsx'

/** Carries out what is chosen in the platform's menu, and what the platform asks to open. */
export function useMenu(): void {
  const { api } = useStores()
  const go = useNavigation((state) => state.go)
  const step = useNavigation((state) => state.step)
  const importState = useImporting((state) => state.open)
  const open = useOverlay((state) => state.open)
  useEffect(() => {
    const orders: Record<MenuCommand, () => void> = {
      'new connection': () => go({ name: 'new' }),
      'import state file': () => importState(null),
      home: () => go({ name: 'home' }),
      history: () => go({ name: 'history' }),
      settings: () => go({ name: 'settings' }),
      find: () => open('find'),
      shortcuts: () => open('shortcuts'),
      back: () => step(-1),
      forward: () => step(1),
      licences: () => go({ name: 'settings', licences: true }),
    }
    return api.on('menu.chosen', (command) => orders[command]())
  }, [api, go, step, importState, open])
  useEffect(() => {
    const take = async (): Promise<void> => {
      const reply = await api.runs.takeOpenedStateFile()
      if (reply.ok && reply.value) importState(reply.value.path)
    }
    void take()
    return api.on('stateFile.opened', () => void take())
  }, [api, importState])
}
