/** How a result is shown: one JSON document, or what a person reads. */
import type { CommandDocument, CommandResult } from './command.ts';

export const documentLine = (document: object): string => `${JSON.stringify(document)}\n`;

const ERROR_SCHEMA = 'vitalgate.error/1';

export interface Shown {
  readonly stdout: string;
  readonly stderr: string;
}

export function show({ document, table }: CommandResult, json: boolean): Shown {
  if (json) return { stdout: documentLine(document), stderr: '' };
  if (document.schema === ERROR_SCHEMA)
    return { stdout: '', stderr: `${document.code}: ${String(document['message'] ?? '')}\n` };
  const text = table ?? listing(document);
  return { stdout: text === '' ? '' : `${text.replace(/\n$/, '')}\n`, stderr: '' };
}

/** The members of a document, one a line. */
function listing(document: CommandDocument): string {
  const members = Object.entries(document).filter(([name]) => name !== 'schema');
  const width = Math.max(...members.map(([name]) => name.length));
  return members.map(([name, value]) => `${name.padEnd(width)}  ${plain(value)}`).join('\n');
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
