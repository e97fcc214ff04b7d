/** Does the terminal listen only where its model listens? What only the terminal itself can reach is not counted. */
import { valuesOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';
import { REMOTE_SHELL_PORTS } from './remote-shell-ports.ts';

export const listeningPorts: PostureCheck = {
  name: 'listening-ports',
  reads: 'listening-ports',
  codes: ['port-unexpected', 'port-remote-shell'],
  judge: ({ report, reference }: CheckContext): readonly FreshFinding[] => {
    const allowed = reference?.allowedPorts ?? null;
    const open = new Map<string, number>();
    for (const { protocol, address, port } of valuesOf(report, 'listening-ports').flat()) {
      if (!isLoopback(address) && allowed?.includes(port) !== true) open.set(`${protocol}/${port}`, port);
    }
    return [...open].flatMap(([target, port]) => {
      if (REMOTE_SHELL_PORTS.has(port)) {
        return [finding('port-remote-shell', 'high', target, 'a remote shell in plain text is open')];
      }
      return allowed === null ? [] : [finding('port-unexpected', 'medium', target, 'this model does not listen here')];
    });
  },
};

/** `127.0.0.0/8` and `::1`, also as an IPv4-mapped address. */
const isLoopback = (address: string): boolean =>
  /^(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.test(address) || address === '::1';
