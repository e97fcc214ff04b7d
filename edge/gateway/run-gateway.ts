/** Runs a gateway from its configuration until it is told to stop: what `vitalgate gateway run` and `edge/main.ts` share. */
import { loadGatewayConfig } from '../config.ts';
import { startGateway } from './gateway-process.ts';
import { createLog, faultFields } from './logger.ts';
import { stderrLines } from './stderr-lines.ts';

export interface RunOptions {
  readonly configFile: string;
  readonly offline: boolean;
  /** Aborted: drain and end. */
  readonly signal: AbortSignal;
  /** Takes the one line that says the gateway is ready. */
  readonly emit: (line: string) => void;
}

/** Resolves when the gateway has ended in order. @throws VitalgateError of configuration and start */
export async function runGateway({ configFile, offline, signal, emit }: RunOptions): Promise<void> {
  const config = loadGatewayConfig(configFile);
  const log = createLog(stderrLines(), Date.now);
  const gateway = await startGateway({ config, configFile, offline, log });
  const reload = (): void =>
    void gateway.reload().catch((cause: unknown) => log('error', 'gateway-fault', faultFields(cause)));
  process.on('SIGHUP', reload);
  const { listeners, metricsPort } = gateway;
  emit(JSON.stringify({ event: 'ready', pid: process.pid, listeners, metricsPort }));
  log('info', 'gateway-ready', { listeners: listeners.length, workers: config.workers, offline });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await gateway.close();
  process.off('SIGHUP', reload);
}
