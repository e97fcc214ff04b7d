/** Whose posture is judged: a device, or anything else that can be subject or object (gateway, application, resource). */
import type { Device, DeviceCategory } from '../contracts/entities.ts';
import type { EntityRef } from '../contracts/identifiers.ts';

export interface PostureSubject {
  readonly ref: EntityRef;
  /** `null` for what is no device: then no reference values apply, and checks use their own limits. */
  readonly category: DeviceCategory | null;
  readonly model: string | null;
  /** What the inventory holds; `null` when it holds none, and then nothing is compared. */
  readonly firmware: string | null;
}

/** A device as its inventory record describes it. */
export const describeDevice = (device: Device): PostureSubject => ({
  ref: { kind: device.kind, id: device.id },
  category: device.category,
  model: device.model,
  firmware: device.firmware,
});
