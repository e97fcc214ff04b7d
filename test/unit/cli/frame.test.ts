import { describe, expect, it } from 'vitest';
import type { Command, CommandContext, CommandResult } from '../../../cli/command.ts';
import { runFrame } from '../../../cli/frame.ts';
import type { RegisteredVerb } from '../../../cli/registry.ts';
import { InvalidInputError, VitalgateError } from '../../../core/errors.ts';

const weigh = (member: unknown): CommandResult => ({
  document: { schema: 'vitalgate.weight/1', code: member === 'heavy' ? 'too-heavy' : 'fine', member },
  exitCode: member === 'heavy' ? 1 : 0,
  table: `weighed ${String(member)}`,
});

const verb = (command: Partial<Command> & { readonly name: string }): RegisteredVerb => ({
  name: command.name,
  load: () =>
    Promise.resolve({
      command: {
        summary: `does ${command.name}`,
        usage: 'THING',
        options: { scale: { type: 'string' } },
        run: (context) => Promise.resolve(weigh(context.positionals[0])),
        ...command,
      },
    }),
});

const VERBS: readonly RegisteredVerb[] = [
  verb({ name: 'weigh', runLine: (line) => Promise.resolve(weigh(line['thing'])) }),
  verb({ name: 'weigh twice', run: () => Promise.resolve({ ...weigh('twice'), table: '' }) }),
  verb({
    name: 'read',
    run: async ({ readStdin, nowMs }) => ({
      document: { schema: 'vitalgate.read/1', code: 'read', text: await readStdin(), nowMs },
      exitCode: 0,
    }),
  }),
  verb({ name: 'refuse', run: () => Promise.reject(new InvalidInputError('ERR_TOO_SMALL', 'give a larger one')) }),
  verb({ name: 'fail', run: () => Promise.reject(new VitalgateError('ERR_BROKER', 'the broker is gone')) }),
  verb({
    name: 'crash',
    run: () => Promise.reject(new Error('secret words')),
    runLine: () => Promise.reject(new Error('secret words')),
  }),
];

async function run(argv: string, stdin = '', verbs = VERBS) {
  let stdout = '';
  let stderr = '';
  const exitCode = await runFrame({
    argv: argv === '' ? [] : argv.split(' '),
    verbs,
    nowMs: () => 1000,
    signal: new AbortController().signal,
    readStdin: () => Promise.resolve(stdin),
    stdinLines: async function* () {
      yield* stdin.split('\n');
    },
    writeStdout: (text) => {
      stdout += text;
      return Promise.resolve();
    },
    writeStderr: (text) => {
      stderr += text;
    },
  });
  return { exitCode, stdout, stderr, document: () => JSON.parse(stdout) as Record<string, unknown> };
}

describe('the frame', () => {
  it('prints the table for people, and one JSON document with --json', async () => {
    expect(await run('weigh feather')).toMatchObject({ exitCode: 0, stdout: 'weighed feather\n', stderr: '' });
    const json = await run('weigh feather --json');
    expect(json.document()).toEqual({ schema: 'vitalgate.weight/1', code: 'fine', member: 'feather' });
    expect(json.stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  it('ends with the exit code of the verdict', async () => {
    expect((await run('weigh heavy')).exitCode).toBe(1);
  });

  it('lists the members of a document that has no table', async () => {
    expect((await run('read', 'x')).stdout).toBe('code   read\ntext   x\nnowMs  1000\n');
  });

  it('prefers the longer verb, and takes its own options before the verb', async () => {
    expect(await run('--json weigh twice')).toMatchObject({ exitCode: 0 });
    expect((await run('--json weigh twice')).document()).toMatchObject({ member: 'twice' });
    expect((await run('--now 2026-11-23T12:00:00Z --json read')).document()).toMatchObject({
      nowMs: Date.parse('2026-11-23T12:00:00Z'),
    });
  });

  it.each([
    ['', 'ERR_VERB_MISSING'],
    ['frobnicate', 'ERR_VERB_UNKNOWN'],
    ['weigh feather --colour red', 'ERR_OPTION_UNKNOWN'],
    ['weigh feather --scale', 'ERR_OPTION_UNKNOWN'],
    ['read --now yesterday', 'ERR_NOW_MALFORMED'],
    ['read --now 2026-13-45T99:00:00Z', 'ERR_NOW_MALFORMED'],
    ['refuse', 'ERR_TOO_SMALL'],
  ])('calls "%s" bad input', async (argv, code) => {
    const plain = await run(argv);
    expect(plain).toMatchObject({ exitCode: 2, stdout: '' });
    expect(plain.stderr).toContain(code);
    const json = await run(`${argv} --json`.trim());
    expect(json.document()).toMatchObject({ schema: 'vitalgate.error/1', code });
    expect(json.exitCode).toBe(2);
  });

  it('names the verbs that begin like an unknown one', async () => {
    expect((await run('weigh-in')).stderr).toContain('--help');
    expect((await run('verify nonsense')).exitCode).toBe(2);
  });

  it('tells a fault by its code and keeps unexpected words out of the document', async () => {
    expect((await run('fail --json')).document()).toMatchObject({ code: 'ERR_BROKER', message: 'the broker is gone' });
    const crash = await run('crash --json');
    expect(crash.exitCode).toBe(3);
    expect(crash.stdout).not.toContain('secret');
    expect(crash.stderr).toContain('secret words');
  });

  it('answers --help with the list of verbs, and with the use of one', async () => {
    const help = await run('weigh --help');
    expect(help).toMatchObject({ exitCode: 0 });
    expect(help.stdout).toContain('vitalgate weigh THING');
    expect((await run('--help')).stdout).toContain('weigh twice');
  });

  it('loads no verb but the one that is called', async () => {
    const unloadable: RegisteredVerb = { name: 'other', load: () => Promise.reject(new Error('was loaded')) };
    expect((await run('weigh x', '', [...VERBS, unloadable])).exitCode).toBe(0);
    await expect(run('other', '', [unloadable])).rejects.toThrow('was loaded');
  });
});

describe('--batch', () => {
  const lines = (...documents: readonly unknown[]): string =>
    documents.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');

  it('answers every line in order with its id, and goes on after a bad one', async () => {
    const { stdout, exitCode } = await run(
      'weigh --batch',
      lines({ id: 7, thing: 'feather' }, '{', '[]', '', { id: 'b', thing: 'heavy' }, { thing: 'last' }),
    );
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(answers.map(({ id, code }) => [id, code])).toEqual([
      [7, 'fine'],
      [undefined, 'ERR_LINE_MALFORMED'],
      [undefined, 'ERR_LINE_MALFORMED'],
      ['b', 'too-heavy'],
      [undefined, 'fine'],
    ]);
    expect(exitCode).toBe(2);
  });

  it('ends with 0 when every line is positive, and with 1 when one is not', async () => {
    expect((await run('weigh --batch', lines({ thing: 'a' }, { thing: 'b' }))).exitCode).toBe(0);
    expect((await run('weigh --batch', lines({ thing: 'a' }, { thing: 'heavy' }))).exitCode).toBe(1);
  });

  it('answers a line on which a verb crashes and goes on', async () => {
    const { stdout, exitCode } = await run('crash --batch', lines({ id: 1 }, { id: 2 }));
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(stdout).not.toContain('secret');
    expect(exitCode).toBe(3);
  });

  it('hands every line the same context, so that a verb may keep what it read', async () => {
    const contexts = new Set<CommandContext['values']>();
    const keeping = verb({
      name: 'keep',
      runLine: (_line, context) => {
        contexts.add(context.values);
        return Promise.resolve(weigh('x'));
      },
    });
    await runFrame({
      argv: ['keep', '--batch'],
      verbs: [keeping],
      nowMs: () => 0,
      signal: new AbortController().signal,
      readStdin: () => Promise.resolve(''),
      stdinLines: async function* () {
        yield* ['{}', '{}', '{}'];
      },
      writeStdout: () => Promise.resolve(),
      writeStderr: () => undefined,
    });
    expect(contexts.size).toBe(1);
  });

  it('is refused where a verb has no lines', async () => {
    expect(await run('read --batch --json')).toMatchObject({ exitCode: 2 });
  });
});
