import { describe, expect, it, onTestFinished } from 'vitest';
import { startLibraryService } from '../../../../../local/hospital/devices/library-service.ts';
import { releaseLibrary } from '../../../../../local/hospital/drug-library.ts';
import { teller } from '../../../../../local/hospital/program.ts';
import { recorded } from '../hospital-site.ts';

async function startService() {
  const around = recorded();
  const tell = teller('infusion-pump', 'north:pump-3', around);
  const service = await startLibraryService({ address: '127.0.0.1', port: 0 }, () => ({ state: 'infusing' }), tell);
  onTestFinished(() => service.close());
  const base = `http://127.0.0.1:${service.port}`;
  const put = (body: string) => fetch(`${base}/drug-library`, { method: 'PUT', body });
  return { base, put, around, service };
}
const library = (version: number) => releaseLibrary('north-adult', version, Date.now());

describe("a pump's drug library", () => {
  it('is taken whole, and its version told', async () => {
    const { base, put, around } = await startService();
    expect((await put(JSON.stringify(library(3)))).status).toBe(200);
    const told = await (await fetch(`${base}/drug-library`)).json();
    expect(told).toEqual({ library: 'north-adult', version: 3, drugs: 4 });
    expect(around.of('library-installed')).toMatchObject([{ version: 3 }]);
  });

  it('stays when the same one is pushed again', async () => {
    const { put, around } = await startService();
    await put(JSON.stringify(library(3)));
    expect((await put(JSON.stringify(library(3)))).status).toBe(200);
    expect(around.of('library-installed')).toHaveLength(1);
  });

  it('never goes back to an older version', async () => {
    const { put, service } = await startService();
    await put(JSON.stringify(library(3)));
    const answer = await put(JSON.stringify(library(2)));
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'library-older', version: 3 });
    expect(service.version).toBe(3);
  });

  it('is left as it is by what is no library', async () => {
    const { put, service } = await startService();
    await put(JSON.stringify(library(3)));
    const [drug] = library(4).drugs;
    const inverted = { ...library(4), drugs: [{ ...drug, softLimit: 9, hardLimit: 1 }] };
    for (const body of ['', '{', '{}', JSON.stringify({ ...library(4), extra: 1 }), JSON.stringify(inverted)])
      expect((await put(body)).status).toBe(422);
    expect((await put('x'.repeat(600_000))).status).toBe(413);
    expect(service.version).toBe(3);
  });

  it('shows the state of the pump beside it, and nothing else', async () => {
    const { base } = await startService();
    expect(await (await fetch(`${base}/status`)).json()).toEqual({ state: 'infusing' });
    expect((await fetch(`${base}/admin`)).status).toBe(404);
  });
});
