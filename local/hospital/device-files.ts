/**
 * What is installed on a simulated device, as real files: firmware image, settings, version. The image is the same on
 * every device of a model, as its maker would ship it; its hash is the reference value.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from '../../core/signing/digest.ts';
import type { InventoryDevice } from './inventory.ts';

const IMAGE_BLOCKS = 2048;
const FIRMWARE = 'firmware.bin';
const SETTINGS = 'settings.json';
const VERSION = 'version';

export const deviceDirectory = (hospital: string, name: string): string => join(hospital, name);
/** What the agent watches. */
export const filesDirectory = (hospital: string, name: string): string =>
  join(deviceDirectory(hospital, name), 'files');
export const versionFile = (hospital: string, name: string): string => join(filesDirectory(hospital, name), VERSION);
/** Where the device itself would have them, and under which name they are reported. */
export const installedAt = ({ manufacturer, model }: InventoryDevice): string =>
  `/opt/${`${manufacturer} ${model}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;

export const firmwareReference = (device: InventoryDevice): { path: string; sha256: string } => ({
  path: join(installedAt(device), FIRMWARE),
  sha256: sha256Hex(firmwareImage(device)),
});

export async function installFiles(hospital: string, device: InventoryDevice): Promise<void> {
  const folder = filesDirectory(hospital, device.name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, FIRMWARE), firmwareImage(device));
  await writeFile(join(folder, VERSION), `${device.firmware}\n`);
  await writeFile(join(folder, SETTINGS), `${JSON.stringify({ ward: device.ward, language: 'en' }, null, 2)}\n`);
}

/** Bytes that depend on model and version alone. */
function firmwareImage({ manufacturer, model, firmware }: InventoryDevice): Buffer {
  const blocks: Buffer[] = [];
  let block = Buffer.from(`${manufacturer} ${model} ${firmware}`, 'utf8');
  for (let index = 0; index < IMAGE_BLOCKS; index += 1) {
    block = createHash('sha256').update(block).digest();
    blocks.push(block);
  }
  return Buffer.concat(blocks);
}
