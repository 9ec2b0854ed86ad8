import type { StorageClass } from '@aws-sdk/client-s3'
import type { StoredAs } from '../../../shared/profile.ts'
import type { StorageOption } from '../../engine/ports.ts'

/** For a request that creates an object. */
export const storedAs = ({ storageClass, encryption, kmsKeyId }: StoredAs) => ({
  // Services have classes of their own, which the SDK does not know.
  ...(storageClass !== undefined && { StorageClass: storageClass as StorageClass }),
  ...(encryption !== undefined && { ServerSideEncryption: encryption }),
  ...(kmsKeyId !== undefined && { SSEKMSKeyId: kmsKeyId }),
})

interface Head {
  StorageClass?: string | undefined
  ServerSideEncryption?: string | undefined
  SSEKMSKeyId?: string | undefined
}

/** What was asked for, and an object has not. Services leave out the class of usual objects, and give a key’s id as its ARN. */
export function lacking({ storageClass, encryption, kmsKeyId }: StoredAs, head: Head): StorageOption[] {
  const isKey = kmsKeyId === undefined || (head.SSEKMSKeyId ?? '').endsWith(kmsKeyId) || kmsKeyId.includes('alias/')
  const isEncrypted = encryption === undefined || (head.ServerSideEncryption === encryption && isKey)
  const isOfClass = storageClass === undefined || (head.StorageClass ?? 'STANDARD') === storageClass
  return [...(isEncrypted ? [] : ['encryption' as const]), ...(isOfClass ? [] : ['storage class' as const])]
}
