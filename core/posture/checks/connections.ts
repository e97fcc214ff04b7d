/** Does the terminal hold connections as a worm or a herded machine does? Peers by name are the gateway's matter. */
import { valuesOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';
import { REMOTE_SHELL_PORTS } from './remote-shell-ports.ts';

/** A terminal has a handful of peers, a workstation some dozens; more at one moment is a scan. */
const MAX_PEERS_OF_A_TERMINAL = 64;

export const connections: PostureCheck = {
  name: 'connections',
  reads: 'connections',
  codes: ['connection-remote-shell', 'connection-fan-out'],
  judge: ({ report, subject }: CheckContext): readonly FreshFinding[] => {
    const held = valuesOf(report, 'connections').flat();
    const shells = new Map(
      held
        .filter(({ remotePort }) => REMOTE_SHELL_PORTS.has(remotePort))
        .map(({ remoteAddress, remotePort }) => [`${remoteAddress} port ${remotePort}`, remotePort]),
    );
    const findings = [...shells.keys()].map((target) =>
      finding('connection-remote-shell', 'medium', target, 'a connection to a remote shell in plain text'),
    );
    if (
      !isTerminal(subject.category) ||
      new Set(held.map((one) => one.remoteAddress)).size <= MAX_PEERS_OF_A_TERMINAL
    ) {
      return findings;
    }
    return [
      ...findings,
      finding('connection-fan-out', 'medium', 'peers', `more than ${MAX_PEERS_OF_A_TERMINAL} at once`),
    ];
  },
};

const isTerminal = (category: CheckContext['subject']['category']): boolean =>
  category !== null && category !== 'workstation' && category !== 'hub';
