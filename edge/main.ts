/**
 * The gateway as a program of its own: `node edge/main.ts --config F.json [--offline]`. Prints one line when it is ready;
 * SIGTERM and SIGINT drain it, SIGHUP has it read its files again.
 */
import { parseArgs } from 'node:util';
import { VitalgateError } from '../core/errors.ts';
import { runGateway } from './gateway/run-gateway.ts';

const { values } = parseArgs({
  options: { config: { type: 'string' }, offline: { type: 'boolean', default: false } },
});
const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());

try {
  if (values.config === undefined)
    throw new VitalgateError('ERR_CONFIG_UNREADABLE', 'give the configuration: --config F.json');
  await runGateway({
    configFile: values.config,
    offline: values.offline,
    signal: stop.signal,
    emit: (line) => process.stdout.write(`${line}\n`),
  });
  process.exit(0);
} catch (cause) {
  const known = cause instanceof VitalgateError;
  const code = known ? cause.code : 'ERR_GATEWAY_FAULT';
  const message = known ? cause.publicMessage : 'the gateway could not start';
  process.stderr.write(`${JSON.stringify({ level: 'error', code, message })}\n`);
  process.exit(known ? 2 : 3);
}
