import { quoted } from '../../../shared/shellWord.ts'
import { MigrateError } from '../../engine/errors.ts'

/** Sets `lf` to a line break, which would end the line itself. `$(…)` takes those at its end away. */
const setsLineBreak = "lf=$(printf '\\nx'); lf=${lf%x}"

/** A line for a POSIX shell that becomes the program. Throws SETTING_INVALID for what no program takes. */
export function startLine(argv: readonly string[], env: Readonly<Record<string, string>>): string {
  const word = (text: string, of: string): string => {
    if (text.includes('\0')) throw unfit(of)
    return text.split('\n').map(quoted).join('"$lf"')
  }
  const variables = Object.entries(env).map(([name, value]) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw unfit(name)
    return `export ${name}=${word(value, name)}`
  })
  return [setsLineBreak, ...variables, `exec ${argv.map((it) => word(it, argv[0] ?? '')).join(' ')}`].join('; ')
}

const unfit = (subject: string): MigrateError =>
  new MigrateError('SETTING_INVALID', {
    message: `“${subject}” cannot be handed to a program: no program takes such a value.`,
    subject,
  })
