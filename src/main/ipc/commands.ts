import { backupCommands, type BackupCommandDeps } from './backups.ts'
import { doctorCommands, type DoctorCommandDeps } from './doctor.ts'
import { profileCommands, type ProfileCommandDeps } from './profiles.ts'
import { programCommands, type ProgramCommandDeps } from './program.ts'
import { readurCommands, type ReadurCommandDeps } from './readur.ts'
import { recordCommands, type RecordCommandDeps } from './records.ts'
import { runCommands, type RunCommandDeps } from './runs.ts'
import { supportCommands, type SupportCommandDeps } from './support.ts'

export type CommandDeps = RunCommandDeps &
  ReadurCommandDeps &
  ProfileCommandDeps &
  RecordCommandDeps &
  ProgramCommandDeps &
  DoctorCommandDeps &
  BackupCommandDeps &
  SupportCommandDeps

/** All that the window can ask of the main process, by channel. The window’s API (renderer/api.ts) is typed by it. */
export const createCommands = (deps: CommandDeps) => ({
  ...backupCommands(deps),
  ...doctorCommands(deps),
  ...profileCommands(deps),
  ...programCommands(deps),
  ...readurCommands(deps),
  ...recordCommands(deps),
  ...runCommands(deps),
  ...supportCommands(deps),
})

export type Commands = ReturnType<typeof createCommands>
