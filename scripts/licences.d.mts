import type { Plugin } from 'vite'
import type { Licences } from '../src/shared/settings.ts'

export function collectLicences(root: string): Licences
export function licencesPlugin(): Plugin
