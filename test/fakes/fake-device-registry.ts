/** The broker's registry in memory: what it was asked for, and failures on demand. */
import type { EntityRef } from '../../core/contracts/identifiers.ts';
import type { DeviceContainment, DeviceRegistry } from '../../functions/adapters/ports/device-registry.ts';

export class FakeDeviceRegistry implements DeviceRegistry, DeviceContainment {
  /** Certificates by the id of their bearer. */
  readonly admitted = new Map<string, string>();
  readonly calls: string[] = [];
  /** Set to make the next call fail. */
  fault: Error | null = null;

  admit(ref: EntityRef, certificatePem: string): Promise<void> {
    return this.#call(`admit ${ref.id}`, () => this.admitted.set(ref.id, certificatePem));
  }

  contain(thing: string): Promise<void> {
    return this.#call(`contain ${thing}`);
  }

  release(thing: string): Promise<void> {
    return this.#call(`release ${thing}`);
  }

  deactivate(thumbprint: string): Promise<void> {
    return this.#call(`deactivate ${thumbprint}`);
  }

  #call(name: string, effect: () => void = () => undefined): Promise<void> {
    const { fault } = this;
    this.fault = null;
    if (fault !== null) return Promise.reject(fault);
    this.calls.push(name);
    effect();
    return Promise.resolve();
  }
}
