/**
 * Since when the system runs, and how many people are logged in: sessions that have a terminal, counted by their
 * leaders. A login prompt that waits is nobody. (Login records are not asked: many systems no longer keep them.)
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { timestamp } from '../../../core/contracts/identifiers.ts';
import { listProcesses } from '../proc.ts';
import type { Collector, SystemPaths } from './collector.ts';

const LOGIN_PROMPTS: ReadonlySet<string> = new Set(['agetty', 'getty', 'mingetty', 'login']);
const BOOT_TIME = /^btime (\d+)$/m;

export function createSessionCollector(paths: SystemPaths): Collector<'session'> {
  return {
    factor: 'session',
    async collect() {
      const bootSeconds = BOOT_TIME.exec(await readFile(join(paths.proc, 'stat'), 'utf8'))?.[1];
      if (bootSeconds === undefined) return undefined;
      const processes = await listProcesses(paths.proc);
      const terminals = processes
        .filter(({ pid, session, terminal, name }) => pid === session && terminal !== 0 && !LOGIN_PROMPTS.has(name))
        .map(({ terminal }) => terminal);
      return { bootedAt: timestamp(Number(bootSeconds) * 1000), interactiveUsers: new Set(terminals).size };
    },
  };
}
