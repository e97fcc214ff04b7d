/** `vitalgate agent run`: the agent of one device or business system in this process, until SIGTERM. */
import { loadAgentConfig } from '../edge/agent/config.ts';
import { createAgentLog } from '../edge/agent/log.ts';
import { runAgent } from '../edge/agent/main.ts';
import { badInput, type Command, option } from './command.ts';
import { documentLine } from './output.ts';

export const command: Command = {
  name: 'agent run',
  summary: 'runs the agent of a device from its configuration file until SIGTERM',
  usage: '--config A.json',
  options: { config: { type: 'string' } },
  async run(context) {
    const file = option(context, 'config');
    if (file === undefined) return badInput('ERR_OPTION_MISSING', 'give the configuration with --config A.json');
    const config = loadAgentConfig(file);
    const log = createAgentLog((line) => context.log(line.trimEnd()), Date.now);
    const { signal } = context;
    const agent = await runAgent(config, { nowMs: Date.now, random: Math.random, log, signal });
    const proxies = agent.proxies.map(({ address, port, alias }) => ({ address, port, alias }));
    process.stdout.write(
      documentLine({ event: 'ready', pid: process.pid, subject: agent.identity.subject.id, proxies }),
    );
    await ended(signal);
    await agent.close();
    return { document: { schema: 'vitalgate.agent-run/1', code: 'agent-stopped' }, exitCode: 0, table: '' };
  },
};

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
