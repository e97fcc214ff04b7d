/** The ports of a run on one machine. Each can be moved with `VITALGATE_<NAME>_PORT`. */
export const DEFAULT_PORTS = {
  ENDPOINT: 4566,
  MQTT: 8883,
  TLS: 8443,
  KNOCK: 62201,
  METRICS: 9464,
  ISSUER: 9400,
  CONSOLE: 5173,
} as const;
export type PortName = keyof typeof DEFAULT_PORTS;
export type Ports = Readonly<Record<PortName, number>>;

const HIGHEST_PORT = 65_535;

/** @throws RangeError that names the variable when it is not a port number */
export function portsFrom(environment: Readonly<Record<string, string | undefined>>): Ports {
  const ports: Record<PortName, number> = { ...DEFAULT_PORTS };
  for (const name of Object.keys(DEFAULT_PORTS) as PortName[]) {
    const variable = `VITALGATE_${name}_PORT`;
    const text = environment[variable];
    if (text === undefined || text === '') continue;
    const port = Number(text);
    if (!Number.isInteger(port) || port < 1 || port > HIGHEST_PORT)
      throw new RangeError(`${variable} is "${text}"; give a port number from 1 to ${HIGHEST_PORT}.`);
    ports[name] = port;
  }
  return ports;
}
