/** `npm stop`: ends a running system and whatever a crash left behind. */

import { localPaths } from './paths.ts';
import { stopSystem } from './stop-system.ts';

const ended = await stopSystem(localPaths(process.env['VITALGATE_STATE_DIRECTORY']));
process.stdout.write(ended.length === 0 ? 'Nothing was running.\n' : `Stopped: ${ended.join(', ')}.\n`);
