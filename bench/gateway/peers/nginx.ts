/** nginx with Lua: what people build who have an nginx anyway. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from '../../cache.ts'
import { debianVersion } from '../../debian-package.ts'
import type { Peer, Ports } from '../peer.ts'

const modules = '/usr/lib/nginx/modules'
const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

export const nginx: Peer = {
  name: 'nginx',
  about:
    'nginx with one process and lua-resty-redis, whose connections to Redis are kept in a pool of 256; no access log',
  prefix: '',

  prepare() {
    debianVersion('libnginx-mod-http-lua')
    debianVersion('lua-cjson')
    const version = `nginx ${debianVersion('nginx')}, lua-resty-redis ${debianVersion('lua-nginx-redis')}`
    return {
      version,

      commandFor(ports) {
        const folder = join(cacheFolder(), 'nginx')
        mkdirSync(folder, { recursive: true })
        const file = join(folder, 'nginx.conf')
        writeFileSync(file, configuration(folder, ports))
        return { program: 'nginx', args: ['-p', folder, '-c', file, '-e', 'stderr'] }
      },

      // The last thing that it says before it takes connections, which it can be sent already.
      isReady: (line) => line.includes('getrlimit(RLIMIT_NOFILE)'),
    }
  },
}

function configuration(folder: string, { http, redis }: Ports): string {
  const script = fileURLToPath(new URL('../servers/gateway.lua', import.meta.url))
  return `load_module ${modules}/ndk_http_module.so;
load_module ${modules}/ngx_http_lua_module.so;
daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr notice;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_timeout 75s;
  # As many as come: its default of a thousand would end connections under load.
  keepalive_requests 1000000000;
  default_type application/json;
${temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  server {
    listen 127.0.0.1:${http} backlog=1024;
    location / {
      set $redis_port ${redis};
      content_by_lua_file ${script};
    }
  }
}
`
}
