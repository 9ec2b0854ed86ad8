import { isCurrentReadur, missingBefore292, versionOfImage } from '../../shared/readurVersion.ts'
import type { Container } from './container.ts'
import { isKnown } from './environment.ts'
import type { Findings } from './findings.ts'
import { isReadurImage } from './recognise.ts'

/** What is known of the version of a container's Readur; null where it was built from something else than its image. */
export function versionOf({ image, labels }: Pick<Container, 'image' | 'labels'>): string | null {
  if (image === null || !isKnown(image) || !isReadurImage(image)) return null
  return versionOfImage(image, labels.get('org.opencontainers.image.version'))
}

/** Says what people miss on an older Readur. */
export function findVersion(readur: Container, findings: Findings): void {
  const version = versionOf(readur)
  if (version === null) return
  const origin = { ...readur.origin, variable: 'image' }
  findings.add('readurVersion', { value: version, origin, confidence: 'likely' })
  if (isCurrentReadur(version) !== false) return
  findings.note(`This Readur is ${version}. ${missingBefore292}`, 'Update it before its documents move to S3.')
}
