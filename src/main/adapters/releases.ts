import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { z } from 'zod'
import { plainLine } from '../../shared/plainText.ts'
import { agentTo } from './http/agent.ts'
import { responseTo, wholeText } from './http/response.ts'
import { placeAt } from './http/proxy.ts'

/** A version that can be downloaded. */
export interface Release {
  version: string
  /** What is new, a line each. */
  notes: string[]
  /** Where it can be had. */
  page: string
}

/** As GitHub tells of the latest release; drafts and prereleases are none. */
const feedSchema = z.object({ tag_name: z.string().max(100), body: z.string().nullish(), html_url: z.url() })

const limitMs = 15_000
const limitBytes = 1024 ** 2
const mostNotes = 12

/** Asks the releases page for its latest release, by one request that says nothing of this computer or its documents. */
export async function latestRelease(feed: string): Promise<Release> {
  const url = new URL(feed)
  const agent = agentTo(placeAt(url), undefined, { keepAlive: false })
  const signal = AbortSignal.timeout(limitMs)
  const headers = { accept: 'application/json', 'user-agent': 'readur-migrate' }
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, { agent, headers, signal })
  request.end()
  const answer = await responseTo(request, signal)
  if (answer.statusCode !== 200) {
    answer.destroy()
    // GitHub’s answer where nothing was published yet.
    if (answer.statusCode === 404) throw new Error('No release has been published yet.')
    throw new Error(`The releases page answered with status ${answer.statusCode ?? 0}.`)
  }
  const text = await wholeText(answer, limitBytes)
  if (text === null) throw new Error('The releases page sent too much.')
  const { tag_name, body, html_url } = feedSchema.parse(JSON.parse(text))
  const notes = (body ?? '').split('\n').filter((line) => line.startsWith('- '))
  return {
    version: tag_name.replace(/^v/, ''),
    notes: notes.slice(0, mostNotes).map((line) => plainLine(line.slice(2))),
    page: html_url,
  }
}

/** Whether one version is later than another; the part after “-” makes an earlier one. */
export function isLater(version: string, than: string): boolean {
  const [one, other] = [version, than].map((text) => {
    const [numbers = '', before] = text.split(/-(.*)/)
    return [...numbers.split('.').map(Number), before === undefined ? 1 : 0]
  })
  for (const [at, number] of (one ?? []).entries()) {
    const difference = number - (other?.[at] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}
