import type { ReactNode } from 'react'
import { nouns } from './nouns.ts'

export const support = {
  bundleSummary: ({ files, size }: { files: number; size: string }) =>
    `${nouns.file(files)}, ${size}. It includes names of files, users and servers. Review it before you share it.`,
  entries: 'Entries',
  text: 'Text',
  showMore: 'Show more',
  bundleHolds: ({ run, mark }: { run: string; mark: ReactNode }) => (
    <>
      Collects what a helper needs: the checks, {run} with its errors and log, settings, versions, and the checklist
      from Readur’s guide, filled in. Every known secret is replaced by {mark}. You can review it before saving.
    </>
  ),
  thisRun: 'this run',
  theLatestRun: 'the latest run',
  containerLogsHelpMost: (place: string) =>
    `Container logs help most. They are read on ${place} through Docker, Podman (podman:NAME) or Kubernetes (kubernetes:NAMESPACE/deployment/NAME). Leave blank to skip them.`,
  thisComputer: 'this computer',
  readurContainer: 'Readur container',
  readurApp: 'readur-app',
  postgresqlContainer: 'PostgreSQL container',
  readurPostgres: 'readur-postgres',
  contentsOfTheSupportBundle: 'Contents of the support bundle',
  createSupportBundle: 'Create support bundle',
  save: 'Save…',
  preview: 'Preview',
  connectionDeleted: 'The connection was deleted, so its server can’t be reached.',
  supportBundle: 'Support bundle',
  collectingMeans: 'Running checks and collecting logs and versions…',
  collecting: 'Collecting…',
}
