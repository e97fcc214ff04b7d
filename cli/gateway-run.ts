/** `vitalgate gateway run`: the on-site gateway in this process, until SIGTERM. */
import { VitalgateError } from '../core/errors.ts';
import { runGateway } from '../edge/gateway/run-gateway.ts';
import { badInput, type Command, option } from './command.ts';

export const command: Command = {
  name: 'gateway run',
  summary: 'Runs the on-site access gateway from its configuration file until SIGTERM.',
  usage: '--config F.json [--offline]',
  options: { config: { type: 'string' }, offline: { type: 'boolean' } },
  async run(context) {
    const configFile = option(context, 'config');
    if (configFile === undefined)
      return badInput('ERR_CONFIG_UNREADABLE', 'give the configuration with --config F.json');
    const offline = context.values['offline'] === true;
    try {
      await runGateway({
        configFile,
        offline,
        signal: context.signal,
        emit: (line) => process.stdout.write(`${line}\n`),
      });
    } catch (cause) {
      if (cause instanceof VitalgateError) return badInput(cause.code, cause.publicMessage);
      throw cause;
    }
    return { document: { schema: 'vitalgate.gateway-run/1', code: 'gateway-stopped' }, exitCode: 0, table: '' };
  },
};
