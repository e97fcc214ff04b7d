/** Debian's nginx as the peer: mutual TLS 1.3 with the same certificates, proxying to the same resource. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from './process-cpu.ts';

export interface NginxPeer {
  readonly port: number;
  readonly workerPid: number;
  readonly version: string;
  stop(): void;
}

export interface NginxOptions {
  /** Holds `gw.pem`, `gw.key` and `clients.pem`. */
  readonly directory: string;
  readonly upstreamPort: number;
  readonly cipher: string;
}

export const nginxVersion = (): string | null => {
  const { status, stderr } = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  return status === 0 ? stderr.trim().replace('nginx version: ', '') : null;
};

export async function startNginx({ directory, upstreamPort, cipher }: NginxOptions): Promise<NginxPeer> {
  const version = nginxVersion();
  if (version === null) throw new Error('nginx is not installed: apt-get install nginx');
  const port = await freePort();
  const home = `${directory}/nginx`;
  await mkdir(home, { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${home}/${name};`)
    .join(' ');
  const configuration = `
daemon off; worker_processes 1; pid ${home}/nginx.pid; error_log ${home}/error.log crit;
events { worker_connections 4096; }
http {
  ${temporary}
  access_log ${home}/access.log;
  upstream resource { server 127.0.0.1:${upstreamPort}; keepalive 64; }
  server {
    listen 127.0.0.1:${port} ssl backlog=4096;
    ssl_certificate ${directory}/gw.pem; ssl_certificate_key ${directory}/gw.key;
    ssl_client_certificate ${directory}/clients.pem; ssl_verify_client on; ssl_verify_depth 3;
    ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites ${cipher};
    ssl_session_cache off; ssl_session_tickets off;
    location / { proxy_pass http://resource; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}`;
  await writeFile(`${home}/nginx.conf`, configuration);
  const child: ChildProcess = spawn('nginx', ['-c', `${home}/nginx.conf`, '-p', home], { stdio: 'inherit' });
  const pid = child.pid ?? 0;
  for (let attempt = 0; attempt < 100 && childrenOf(pid).length === 0; attempt += 1) await sleep(50);
  const [workerPid] = childrenOf(pid);
  if (workerPid === undefined) throw new Error('nginx did not start');
  return { port, workerPid, version, stop: () => void child.kill('SIGTERM') };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
