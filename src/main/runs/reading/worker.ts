import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { errorData } from '../../engine/errors.ts'
import { RunFolder } from '../runFolder.ts'
import type { ReadReply, ReadRequest } from './readingThreads.ts'
import { createReads, type ReadChannel } from './reads.ts'

/** Reads the records of runs in a thread of its own, one question after the other. */
const { folder } = z.object({ folder: z.string() }).parse(workerData)
const reads = createReads(new RunFolder(folder))

const answer = <C extends ReadChannel>({ call, args }: ReadRequest<C>) => reads[call](...args)

async function reply(request: ReadRequest): Promise<ReadReply> {
  const { id } = request
  try {
    return { id, value: await answer(request) }
  } catch (error) {
    return { id, error: errorData(error) }
  }
}

parentPort?.on('message', (request: ReadRequest) => {
  void reply(request).then((told) => parentPort?.postMessage(told))
})
