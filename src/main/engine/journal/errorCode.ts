import { z } from 'zod'
import { isErrorCode, type ErrorCode } from '../../../shared/errors.ts'

/** An error code read back from disk; a code of a newer version reads as INTERNAL. */
export const errorCodeSchema = z.string().transform((code): ErrorCode => (isErrorCode(code) ? code : 'INTERNAL'))
