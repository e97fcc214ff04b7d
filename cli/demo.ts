/** `vitalgate demo`: makes something go wrong in the simulated hospital, and tells what the running system does about it. */
import { badInput, type Command, option } from './command.ts';
import { demoMalware } from './demo-malware.ts';

export const command: Command = {
  name: 'demo',
  summary: 'lets something go wrong in the simulated hospital and follows what happens',
  usage:
    'malware --device D [--restore]   a malicious file appears on device D; --restore takes it away and releases D',
  options: { device: { type: 'string' }, restore: { type: 'boolean' } },
  run(context) {
    const [scenario, ...more] = context.positionals;
    const device = option(context, 'device');
    if (scenario !== 'malware' || more.length > 0)
      return Promise.resolve(badInput('ERR_SCENARIO_UNKNOWN', 'the scenario is malware'));
    if (device === undefined)
      return Promise.resolve(badInput('ERR_OPTION_MISSING', 'name a device with --device, such as pump-3'));
    return demoMalware(device, context.values['restore'] === true, context);
  },
};
