import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../src/sandbox/ports.ts'
import { listening } from './listeners.ts'

export interface Nginx {
  endpoint: string
  stop: () => Promise<void>
}

/** A real nginx in front of a service, with the limit of its default unless given: no body over 1 MB. */
export async function startNginx(target: string, limit = '1m'): Promise<Nginx> {
  const dir = await mkdtemp(join(tmpdir(), 'readur-nginx-'))
  const port = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((it) => `${it}_temp_path ${dir}/${it};`)
  const config = `
    daemon off; user ${userInfo().username}; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
    events { worker_connections 64; }
    http {
      access_log off; client_max_body_size ${limit}; ${temporary.join(' ')}
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass ${target}; proxy_set_header Host $http_host; proxy_http_version 1.1; }
      }
    }`
  await writeFile(join(dir, 'nginx.conf'), config)
  const child = spawn('nginx', ['-c', join(dir, 'nginx.conf'), '-e', join(dir, 'error.log')], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  await listening(port)
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM')
      await exited
      await rm(dir, { recursive: true, force: true })
    },
  }
}
