/** The devices as a process of their own: `node local/hospital/devices/main.ts --config F.json`. */
import { runPrograms } from '../run-programs.ts';
import { AnalyserConfigSchema, startAnalyser } from './analyser.ts';
import { BedsideMonitorConfigSchema, startBedsideMonitor } from './bedside-monitor.ts';
import { CtConfigSchema, startCt } from './ct.ts';
import { InfusionPumpConfigSchema, startInfusionPump } from './infusion-pump.ts';
import { RogueLaptopConfigSchema, startRogueLaptop } from './rogue-laptop.ts';

await runPrograms({
  'infusion-pump': (config, around) => startInfusionPump(InfusionPumpConfigSchema.parse(config), around),
  'bedside-monitor': (config, around) => startBedsideMonitor(BedsideMonitorConfigSchema.parse(config), around),
  analyser: (config, around) => startAnalyser(AnalyserConfigSchema.parse(config), around),
  ct: (config, around) => startCt(CtConfigSchema.parse(config), around),
  'rogue-laptop': (config, around) => startRogueLaptop(RogueLaptopConfigSchema.parse(config), around),
});
