/** Nobody should have to wonder longer than this whether anything is still going on. */
export const silentAfterMs = 15_000

/** What is done about a service that does not answer. */
export interface Hearing {
  /** Told each time that an answer has been waited for this long. */
  onSilent?: (() => void) | undefined
  /** The wish to stop: from then on, who does not answer is not waited for. */
  stop?: AbortSignal | undefined
  /** Nothing has come since a silence. Kept here, for all calls to one service. */
  isMute?: boolean
}

/** How one wait goes on. Nothing to call where the other side only has to answer. */
export interface Listening {
  /** Fires when the signal that was given does, or when waiting is given up. */
  signal: AbortSignal
  /** It is the other side's turn: a silence begins now. */
  theirs: () => void
  /** It is our turn: whatever time we take is no silence. */
  ours: () => void
}

/**
 * Makes a call and listens to what comes of it. A silence is said; once somebody wants to stop it is waited for no
 * longer, and the stop's own error is thrown. The call is told by its signal and may take its time to notice.
 */
export async function listenTo<T>(
  hearing: Hearing,
  signal: AbortSignal,
  call: (listening: Listening) => Promise<T>,
): Promise<T> {
  const { onSilent, stop } = hearing
  if (stop?.aborted && hearing.isMute) throw stop.reason
  const ending = new AbortController()
  let isSilent = false
  let timer: NodeJS.Timeout | undefined
  let giveUp: (reason: unknown) => void = () => undefined
  const given = new Promise<never>((_resolve, reject) => (giveUp = reject))
  given.catch(() => undefined)
  const end = (reason: unknown): void => {
    giveUp(reason)
    ending.abort(reason)
  }
  const onElapsed = (): void => {
    isSilent = true
    hearing.isMute = true
    if (stop?.aborted) {
      end(stop.reason)
      return
    }
    onSilent?.()
    timer = setTimeout(onElapsed, silentAfterMs)
  }
  const ours = (): void => {
    clearTimeout(timer)
    isSilent = false
  }
  const theirs = (): void => {
    ours()
    timer = setTimeout(onElapsed, silentAfterMs)
  }
  const onStop = (): void => {
    if (isSilent) end(stop?.reason)
  }
  const relay = (): void => ending.abort(signal.reason)
  stop?.addEventListener('abort', onStop)
  signal.addEventListener('abort', relay)
  if (signal.aborted) relay()
  theirs()
  try {
    const answer = await Promise.race([call({ signal: ending.signal, theirs, ours }), given])
    hearing.isMute = false
    return answer
  } finally {
    clearTimeout(timer)
    stop?.removeEventListener('abort', onStop)
    signal.removeEventListener('abort', relay)
  }
}

/** The same for what comes in pieces: what is done with a piece is our time, the next one is theirs. */
export async function* listenToEach<T>(
  hearing: Hearing,
  signal: AbortSignal,
  open: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const ending = new AbortController()
  const relay = (): void => ending.abort(signal.reason)
  signal.addEventListener('abort', relay)
  if (signal.aborted) relay()
  const pieces = open(ending.signal)[Symbol.asyncIterator]()
  let isOver = false
  try {
    for (;;) {
      const next = await listenTo(hearing, signal, () => pieces.next())
      isOver = next.done === true
      if (next.done === true) return
      yield next.value
    }
  } catch (error) {
    isOver = true
    ending.abort(error)
    throw error
  } finally {
    signal.removeEventListener('abort', relay)
    if (!isOver) await pieces.return?.()
  }
}
