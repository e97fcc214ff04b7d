/** HL7 v2 messages as `TYPE^TRIGGER` (MSH-9.1 and 9.2). @see HL7 v2.9 chapters 3 to 13 and 16, IHE PCD and LAW profiles */
import { EVERY_PRINCIPAL, SYSTEMS, type VerbFamily } from './verb-family.ts';

/** `events('ADT', 'A', 1, 62)` is `ADT^A01` to `ADT^A62`: the standard numbers triggers in unbroken runs. */
const events = (type: string, series: string, first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => `${type}^${series}${String(first + index).padStart(2, '0')}`);

const named = (type: string, ...triggers: readonly string[]): string[] =>
  triggers.map((trigger) => `${type}^${trigger}`);

export const HL7_VERBS: VerbFamily = {
  family: 'hl7',
  principals: EVERY_PRINCIPAL,
  objects: SYSTEMS,
  verbs: {
    /** What a terminal tells: results, device observations (PCD-01), alarms (PCD-04), equipment and specimen status. */
    observe: [
      ...named('ORU', 'R01', 'R30', 'R31', 'R32', 'R33', 'R40', 'R42'),
      ...events('OUL', 'R', 21, 24),
      ...named('ORA', 'R41'),
      ...named('ESU', 'U01'),
      ...named('SSU', 'U03'),
      ...named('INU', 'U05'),
      ...named('EAR', 'U08'),
      ...named('EAN', 'U09'),
      ...named('TCU', 'U10'),
      ...named('LSU', 'U12'),
      ...named('NMD', 'N02'),
      'ACK',
    ],
    /** What asks. */
    read: [
      ...named('QBP', 'Q11', 'Q13', 'Q15', 'Q21', 'Q22', 'Q23', 'Q24', 'Q25', 'Q31', 'Q32', 'Q33', 'Q34', 'E03', 'E22'),
      ...named('QRY', 'A19', 'PC4', 'PC9', 'PCE', 'PCK', 'Q01', 'Q02', 'R02', 'T12'),
      ...named('QVR', 'Q17'),
      ...named('QSB', 'Q16'),
      ...named('QCN', 'J01'),
      ...named('VXQ', 'V01'),
      ...named('SQM', 'S25'),
      ...named('SSR', 'U04'),
      ...named('INR', 'U06'),
      ...named('RQA', 'I08', 'I09', 'I10', 'I11'),
    ],
    /** Patient administration, scheduling, documents, billing, immunisation, care plans. */
    write: [
      ...events('ADT', 'A', 1, 62),
      ...events('SIU', 'S', 12, 27),
      ...events('SRM', 'S', 1, 11),
      ...events('MDM', 'T', 1, 11),
      ...named('DFT', 'P03', 'P11'),
      ...named('BAR', 'P01', 'P02', 'P05', 'P06', 'P10', 'P12'),
      ...named('EHC', 'E01', 'E02', 'E04', 'E10', 'E12', 'E13', 'E15', 'E20', 'E21', 'E24'),
      ...named('VXU', 'V04'),
      ...named('REF', 'I12', 'I13', 'I14', 'I15'),
      ...events('CCU', 'I', 20, 20),
      ...events('CCM', 'I', 21, 21),
      ...events('CRM', 'C', 1, 8),
      ...events('CSU', 'C', 9, 12),
      ...named('PPR', 'PC1', 'PC2', 'PC3'),
      ...named('PGL', 'PC6', 'PC7', 'PC8'),
      ...named('PPP', 'PCB', 'PCC', 'PCD'),
      ...named('PPG', 'PCG', 'PCH', 'PCJ'),
      ...named('PEX', 'P07', 'P08'),
    ],
    /** What asks for something to be done to a patient or specimen. */
    order: [
      ...named('ORM', 'O01'),
      ...named('OMD', 'O03'),
      ...named('OMS', 'O05'),
      ...named('OMN', 'O07'),
      ...named('OMP', 'O09'),
      ...named('RDE', 'O11', 'O25', 'O49'),
      ...named('RDS', 'O13'),
      ...named('RGV', 'O15'),
      ...named('RAS', 'O17'),
      ...named('OMG', 'O19'),
      ...named('OML', 'O21', 'O33', 'O35', 'O39', 'O59'),
      ...named('OMI', 'O23'),
      ...named('OMB', 'O27'),
      ...named('BPS', 'O29'),
      ...named('BTS', 'O31'),
      ...named('OPL', 'O37'),
      ...named('OPR', 'O38'),
      ...named('OMQ', 'O57'),
      ...named('DBC', 'O41'),
      ...named('DBU', 'O42'),
    ],
    /** What makes equipment act: an infusion order to a pump (PCD-03), a command to an analyser. */
    control: [...named('RGV', 'O15'), ...named('EAC', 'U07')],
    /** Master files and network management. */
    administer: [
      ...events('MFN', 'M', 1, 19),
      ...events('MFQ', 'M', 1, 7),
      ...named('NMQ', 'N01'),
      ...named('STC', 'S33'),
    ],
  },
};
