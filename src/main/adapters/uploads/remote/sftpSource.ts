import type { SshConnection } from '../../ssh/connection.ts'
import type { SshLink } from '../../ssh/link.ts'
import type { ChannelSource, ChannelHost } from './channel.ts'
import { SftpChannel } from './sftpChannel.ts'

/** SFTP sessions on an SSH link. */
export function sftpSource(link: SshLink): ChannelSource {
  const grounds = new WeakMap<SshConnection, ChannelHost>()
  return {
    closing: link.closing,
    ground: async (signal) => {
      const connection = await link.get(signal)
      const ground = grounds.get(connection) ?? {
        openChannel: async (stallMs: number) => {
          const sftp = await connection.sftp(link.closing, stallMs)
          return new SftpChannel(sftp, connection.label, connection.lost, stallMs)
        },
      }
      grounds.set(connection, ground)
      return ground
    },
  }
}
