import { audit } from './audit.ts'
import { backup } from './backup.tsx'
import { components } from './components.tsx'
import { connection } from './connection.tsx'
import { doctor } from './doctor.ts'
import { history } from './history.tsx'
import { home } from './home.ts'
import { notices } from './notices.ts'
import { nouns } from './nouns.ts'
import { overview } from './overview.ts'
import { palette } from './palette.ts'
import { plan } from './plan.tsx'
import { record } from './record.ts'
import { repair } from './repair.ts'
import { result } from './result.tsx'
import { run } from './run.ts'
import { shell } from './shell.ts'
import { settings } from './settings.tsx'
import { status } from './status.ts'
import { support } from './support.tsx'
import { undo } from './undo.ts'
import { undoPlan } from './undoPlan.ts'
import { units } from './units.ts'
import { validate } from './validate.ts'
import { verify } from './verify.ts'
import { whereNow } from './whereNow.ts'

/** Every text of the window in English, by the room that shows it. */
export const en = {
  audit,
  backup,
  components,
  connection,
  doctor,
  history,
  home,
  notices,
  nouns,
  overview,
  palette,
  plan,
  record,
  repair,
  result,
  run,
  settings,
  shell,
  status,
  support,
  undo,
  undoPlan,
  units,
  validate,
  verify,
  whereNow,
}
