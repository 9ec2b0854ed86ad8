import { Notice } from '../../components/notice.tsx'
import type { Outcome } from '../../format/outcome.ts'

/** One sentence that says how it went, and what is left to do in Readur itself. */
export function OutcomeBanner({ outcome, moved, bucket }: { outcome: Outcome; moved: boolean; bucket: string }) {
  return (
    <Notice tone={outcome.tone} title={outcome.sentence}>
      {moved && (
        <p>
          Readur finds these documents once it is set to use bucket {bucket} (<code>S3_ENABLED=true</code>) and was
          restarted. Local files are kept.
        </p>
      )}
    </Notice>
  )
}
