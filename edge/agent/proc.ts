/** Processes as Linux shows them under /proc. Kernel threads, which have no program, are left out. @see proc(5) */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

const DELETED = ' (deleted)';

export interface ProcessEntry {
  readonly pid: number;
  /** What it calls itself; the kernel keeps 15 bytes of it. */
  readonly name: string;
  /** `undefined` when it may not be looked at. */
  readonly executable: string | undefined;
  /** The program file was removed or replaced after the start. */
  readonly executableDeleted: boolean;
  readonly session: number;
  /** 0 without a terminal. */
  readonly terminal: number;
}

export async function listProcesses(procDirectory: string): Promise<ProcessEntry[]> {
  const names = await readdir(procDirectory);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const entries: ProcessEntry[] = [];
  for (const pid of pids) {
    const entry = await readProcess(procDirectory, pid);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** Through this path its program can be read even when the file is gone. */
export const executableOf = (procDirectory: string, pid: number): string => join(procDirectory, String(pid), 'exe');

async function readProcess(procDirectory: string, pid: number): Promise<ProcessEntry | undefined> {
  try {
    const stat = parseStat(await readFile(join(procDirectory, String(pid), 'stat'), 'utf8'));
    if (stat === undefined || stat.isKernelThread) return undefined;
    const link = await readlink(executableOf(procDirectory, pid)).catch(() => undefined);
    const executableDeleted = link?.endsWith(DELETED) ?? false;
    return {
      pid,
      name: stat.name,
      session: stat.session,
      terminal: stat.terminal,
      executable: executableDeleted ? link?.slice(0, -DELETED.length) : link,
      executableDeleted,
    };
  } catch {
    // Gone between the list and the look.
    return undefined;
  }
}

/** PF_KTHREAD in the kernel's include/linux/sched.h. */
const KERNEL_THREAD_FLAG = 0x0020_0000;

export interface ProcessStat {
  readonly name: string;
  readonly session: number;
  readonly terminal: number;
  readonly isKernelThread: boolean;
}

/** The name stands in parentheses and may itself hold parentheses and spaces. */
export function parseStat(text: string): ProcessStat | undefined {
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  if (open < 0 || close < open) return undefined;
  const [, , , session, terminal, , flags] = text.slice(close + 2).split(' ');
  return {
    name: text.slice(open + 1, close),
    session: Number(session),
    terminal: Number(terminal),
    isKernelThread: (Number(flags) & KERNEL_THREAD_FLAG) !== 0,
  };
}
