import { pluralOf } from '../../../shared/plural.ts'

export const plural = pluralOf('en')
