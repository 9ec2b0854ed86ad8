import { en } from './en/index.ts'

/** What a language has to say: each text, and each function of a text that takes values. */
export type Texts = typeof en

/** The texts of the window. English is the only language so far; another one is a folder beside `en`. */
export const texts: Texts = en
