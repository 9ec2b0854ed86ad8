import { useEffect, useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import type { AuditReport } from '../../../shared/run.ts'
import { useStores } from '../../stores/context.tsx'

/** What an audit has found, by kind; null until it has been read. */
export function useAuditReport(runId: string): { report: AuditReport | null; error: ErrorData | null } {
  const { api } = useStores()
  const [report, setReport] = useState<AuditReport | null>(null)
  const [error, setError] = useState<ErrorData | null>(null)
  useEffect(() => {
    let wanted = true
    void api.runs.auditReport(runId).then((reply) => {
      if (!wanted) return
      if (reply.ok) setReport(reply.value)
      else setError(reply.error)
    })
    return () => {
      wanted = false
    }
  }, [api, runId])
  return { report, error }
}
