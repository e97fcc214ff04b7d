/** Every posture check there is. A new check is one file and one line here. */
import { certificateAge } from './certificate-age.ts';
import type { PostureCheck } from './check.ts';
import { clock } from './clock.ts';
import { connections } from './connections.ts';
import { containers } from './containers.ts';
import { coreProcesses } from './core-processes.ts';
import { coverage } from './coverage.ts';
import { disk } from './disk.ts';
import { firmwareVersion } from './firmware-version.ts';
import { interactiveSession } from './interactive-session.ts';
import { listeningPorts } from './listening-ports.ts';
import { malwareFiles } from './malware-files.ts';
import { malwareProcesses } from './malware-processes.ts';
import { operatingSystemVersion } from './operating-system-version.ts';
import { transmission } from './transmission.ts';
import { watchedFiles } from './watched-files.ts';

export const POSTURE_CHECKS: readonly PostureCheck[] = [
  certificateAge,
  clock,
  connections,
  containers,
  coreProcesses,
  coverage,
  disk,
  firmwareVersion,
  interactiveSession,
  listeningPorts,
  malwareFiles,
  malwareProcesses,
  operatingSystemVersion,
  transmission,
  watchedFiles,
];
