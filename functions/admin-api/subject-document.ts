/** A subject as people see it: what gateways are told of it, and what it rests on. */
import type * as z from 'zod';
import { subjectState } from '../../core/ledger/announce-subject.ts';
import type { SubjectRecord } from '../../core/ledger/subject-record.ts';
import type { Reply } from './route.ts';
import type { SubjectDocumentSchema } from './schemas.ts';

export function subjectReply(record: SubjectRecord): Reply {
  const { assessment, announcedAt, dueAt, version, state } = record;
  const document: z.infer<typeof SubjectDocumentSchema> = {
    schema: 'vitalgate.subject/1',
    code: state,
    state: subjectState(record),
    assessment:
      assessment === null
        ? null
        : {
            grade: assessment.grade,
            findings: assessment.findings,
            assessedAt: assessment.assessedAt,
            source: assessment.evidence.source,
          },
    announcedAt,
    dueAt,
    version,
  };
  return { status: 200, body: document };
}
