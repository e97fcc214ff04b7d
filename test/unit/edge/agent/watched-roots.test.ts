import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WatchedRoots } from '../../../../edge/agent/watched-roots.ts';
import { temporaryDirectory } from './temporary-directory.ts';

function tree() {
  const folder = temporaryDirectory();
  const root = join(folder, 'firmware');
  mkdirSync(join(root, 'sub'), { recursive: true });
  writeFileSync(join(root, 'one'), '1');
  writeFileSync(join(root, 'sub', 'two'), '2');
  writeFileSync(join(folder, 'outside'), 'x');
  symlinkSync(join(folder, 'outside'), join(root, 'link'));
  symlinkSync(folder, join(root, 'way-out'));
  const roots = new WatchedRoots([{ path: root, reportedAs: '/opt/pump' }]);
  return { folder, root, roots };
}

describe('watched roots', () => {
  it('walk every directory and file, and follow no link', async () => {
    const { root, roots } = tree();
    const { directories, files, cut } = await roots.walk();
    expect(directories.toSorted()).toEqual([root, join(root, 'sub')]);
    expect(files.toSorted()).toEqual([join(root, 'one'), join(root, 'sub', 'two')]);
    expect(cut).toBe(false);
  });

  it('ask for a single file by its name, also when it is missing, and watch its folder', async () => {
    const folder = temporaryDirectory();
    const roots = new WatchedRoots([{ path: join(folder, 'license.key') }]);
    expect(await roots.walk()).toEqual({ directories: [folder], files: [join(folder, 'license.key')], cut: false });
  });

  it('say when there is more than they look at', async () => {
    const folder = temporaryDirectory();
    for (let index = 0; index < 4; index += 1) {
      mkdirSync(join(folder, `d${index}`));
      for (let file = 0; file < 1100; file += 1) writeFileSync(join(folder, `d${index}`, `f${file}`), '');
    }
    expect((await new WatchedRoots([{ path: folder }]).walk()).cut).toBe(true);
  });

  it('report files under the name of the device and find them by it', async () => {
    const { root, roots } = tree();
    expect(roots.reportedPath(join(root, 'sub', 'two'))).toBe('/opt/pump/sub/two');
    expect(await roots.resolveReported('/opt/pump/sub/two')).toBe(join(root, 'sub', 'two'));
  });

  it.each(['/etc/passwd', '/opt/pump/../outside', '/opt/pump/way-out/outside', '/opt/pumping/one', ''])(
    'do not lead a command to %s',
    async (name) => {
      expect(await tree().roots.resolveReported(name)).toBeUndefined();
    },
  );
});
