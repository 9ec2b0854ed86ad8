import { z } from 'zod'
import type { World } from './world.ts'

const diagnosticSchema = z.object({
  code: z.string(),
  area: z.string(),
  subject: z.string(),
  state: z.enum(['done', 'skipped']),
  severity: z.enum(['ok', 'note', 'warning', 'blocking']).nullable(),
  finding: z.string().nullable(),
  evidence: z.array(z.string()),
  remedy: z
    .object({
      words: z.string(),
      commands: z.array(z.object({ where: z.string(), text: z.string() })),
      actions: z.array(z.object({ id: z.string(), label: z.string(), consequence: z.string() })),
    })
    .nullable(),
  milliseconds: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
})
const outcomeSchema = z.object({
  outcome: z.enum(['passed', 'failed', 'cancelled']),
  diagnostics: z.array(diagnosticSchema),
  done: z.array(z.string()),
})

export type Found = z.infer<typeof diagnosticSchema>

/** What the checks of the command line came to. */
export interface Checked extends z.infer<typeof outcomeSchema> {
  code: number
  /** All that was printed. */
  text: string
  of: (code: string) => Found
  /** Codes that are neither fine nor a remark, with what they are. */
  troubles: string[]
}

/** Runs `doctor` or `test-storage` with this world's settings and what is given. */
export async function checkWorld(world: World, ...args: string[]): Promise<Checked> {
  const { code, out, err } = await world.call(...args, '--json', '--env-file', world.envFile)
  const parsed = outcomeSchema.parse(JSON.parse(out.join('\n')))
  return {
    ...parsed,
    code,
    text: `${err}${out.join('\n')}`,
    of: (name) => {
      const found = parsed.diagnostics.find((it) => it.code === name)
      if (!found) throw new Error(`There is no ${name} among ${parsed.diagnostics.map((it) => it.code).join(', ')}.`)
      return found
    },
    troubles: parsed.diagnostics.flatMap(({ code: name, state, severity }) => {
      if (state === 'skipped') return [`${name} skipped`]
      return severity === 'warning' || severity === 'blocking' ? [`${name} ${severity}`] : []
    }),
  }
}
