export { openCpuDevice } from '../devices/cpu/open.js';
export { type Agreement, agree, describeAgreement, type WorstOffender } from './agree.js';
export { type CaseReport, checkGradients, checkReferenceGradients, checkValues } from './check-case.js';
export type { CaseTensor, OpCase, Tolerance, ValueRule } from './op-case.js';
export { opCases } from './op-cases.js';
export {
  type VerifiedCase,
  type VerifyOptions,
  type VerifyProgress,
  type VerifyReport,
  verifyDevice,
} from './verify.js';
