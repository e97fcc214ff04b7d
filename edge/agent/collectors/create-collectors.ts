/** Every collector there is, over the system this agent runs on. */
import type { PostureConfig } from '../config.ts';
import type { FileHasher } from '../file-hasher.ts';
import type { AgentIdentity } from '../identity/stored-identity.ts';
import type { ServerClock } from '../server-clock.ts';
import type { TransmissionWatch } from '../transmission-watch.ts';
import type { WatchedRoots } from '../watched-roots.ts';
import { createCertificateCollector } from './certificate.ts';
import { createClockCollector } from './clock.ts';
import type { AnyCollector, SystemPaths } from './collector.ts';
import { createConnectionsCollector } from './connections.ts';
import { createContainersCollector } from './containers.ts';
import { createDiskCollector } from './disk.ts';
import { createFilesCollector, type FilesCollectorOptions } from './files.ts';
import { createListeningPortsCollector } from './listening-ports.ts';
import { createOperatingSystemCollector } from './operating-system.ts';
import { createProcessesCollector } from './processes.ts';
import { createSessionCollector } from './session.ts';
import { createTransmissionCollector } from './transmission.ts';

export interface CollectorParts {
  readonly paths: SystemPaths;
  readonly posture: PostureConfig;
  readonly roots: WatchedRoots;
  readonly hasher: FileHasher;
  readonly identity: Pick<AgentIdentity, 'leaf'>;
  readonly clock: ServerClock;
  readonly transmission: TransmissionWatch;
  readonly walked: FilesCollectorOptions['walked'];
}

export const createCollectors = (parts: CollectorParts): readonly AnyCollector[] => {
  const { paths, posture, roots, hasher, identity, clock, transmission, walked } = parts;
  return [
    createOperatingSystemCollector(paths, posture.firmwareFile),
    createFilesCollector({ roots, hasher, walked }),
    createProcessesCollector(paths, roots, hasher),
    createListeningPortsCollector(paths),
    createConnectionsCollector(paths),
    createContainersCollector(paths),
    createDiskCollector(paths, roots),
    createClockCollector(clock),
    createCertificateCollector(identity),
    createTransmissionCollector(paths, transmission),
    createSessionCollector(paths),
  ];
};
