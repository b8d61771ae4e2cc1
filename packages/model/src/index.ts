export type { ParameterValues } from '@ecgpu/engine';
export {
  type ClassifiedBeat,
  type ClassifiedRecord,
  type ClassifyOptions,
  classifyRecord,
  type NotCalled,
  UNUSABLE,
} from './classify.js';
export { type Abstention, confidenceFloor } from './confidence/abstention.js';
export { type Calibration, type StageCalibration, temperatureOf } from './confidence/calibration.js';
export * from './confidence/fit-calibration.js';
export * from './confidence/reliability.js';
export * from './confidence/report.js';
export * from './confidence/risk-coverage.js';
export * from './confidence/temperature.js';
export * from './data/annotated-beats.js';
export * from './data/augmentation.js';
export * from './data/beat-set.js';
export * from './data/each-lead.js';
export * from './data/encoded-beats.js';
export { encodedLessMedian } from './data/encoded-less-median.js';
export * from './data/epoch-batches.js';
export * from './data/epoch-sampler.js';
export { loadNoisyCopies } from './data/noisy-copies.js';
export { drawRehearsal } from './data/rehearsal.js';
export * from './data/sequence-batches.js';
export {
  type SequenceWindow,
  WINDOW_DRAWS,
  type WindowChanges,
  type WindowDraws,
  WindowSampler,
} from './data/sequence-window.js';
export { NOISE_TRAINING, type NoiseTraining, TrainingNoise } from './data/training-noise.js';
export { withRhythmFeatures } from './data/with-rhythm-features.js';
export { callFoundBeats } from './evaluation/end-to-end.js';
export { callBeats, evaluateOnBeats } from './evaluation/evaluate-model.js';
export * from './evaluation/evaluation.js';
export { foldComplements, type OutOfFoldSteps, outOfFold } from './evaluation/out-of-fold.js';
export { scoreBeatsCausally } from './evaluation/score-causally.js';
export * from './evaluation/scored-beats.js';
export * from './evaluation/summary.js';
export { type ExplainedBeats, explainedBeats } from './explain/baseline.js';
export { type AverageOptions, type ClassAverage, classAverages, type LeadAverage } from './explain/class-averages.js';
export { type Explainer, openExplainer } from './explain/explainer.js';
export type * from './explain/explanation.js';
export * from './explain/integrated-gradients.js';
export {
  type Likeness,
  type RandomisationCheck,
  randomisationCheck,
  rankCorrelation,
} from './explain/randomisation.js';
export type { FusionChanges } from './fusion/checked-classifier.js';
export { FUSION_CHECK, type FusionCheck, fusionCheckFor } from './fusion/fusion-check.js';
export { withoutFusionCheck } from './fusion/without-fusion-check.js';
export { BeatClassifier, type BeatInputs, type BeatPredictions } from './inference/beat-classifier.js';
export { EncoderProgram, encoderValues, type FillWindows } from './inference/encoder-program.js';
export * from './inference/sequence-classifier.js';
export { SequenceEnsemble } from './inference/sequence-ensemble.js';
export { mostLikely } from './logits/most-likely.js';
export * from './logits/output-rule.js';
export type { BeatModel } from './model-file/beat-model.js';
export { describeModel, type FileDescription, type ModelDescription } from './model-file/describe-model.js';
export {
  decodeModel,
  encodeModel,
  fileHash,
  type Model,
  type ModelKind,
  requireKind,
} from './model-file/model-file.js';
export type { LearnedNoise, Provenance } from './model-file/provenance.js';
export { readContract } from './model-file/read-contract.js';
export {
  joinValues,
  type MemberValues,
  type SequenceModel,
  separateValues,
  withoutRelativeStage,
} from './model-file/sequence-model.js';
export * from './network/beat-encoder.js';
export * from './network/beat-network.js';
export { beatVectorLength } from './network/lead-vectors.js';
export * from './network/sequence-network.js';
export type { PatientCalls } from './patient/calls.js';
export { decodePatientModel, encodePatientModel, finetunedModel, parentOf } from './patient/model.js';
export * from './preprocess/contract.js';
export { findBeats } from './preprocess/find-beats.js';
export { chooseLead, chooseSecondLead, type LeadSignal, readLeads, takeLead } from './preprocess/lead.js';
export { type NetworkInputs, networkInputs, type SecondLeadInputs } from './preprocess/network-inputs.js';
export { type PrepareOptions, prepareBeats, prepareRecord, type RecordBeats } from './preprocess/record-beats.js';
export { type RhythmFeature, rhythmFeatureNames, rhythmFeatureRows } from './preprocess/rhythm-features.js';
export { type BeatProblem, beatProblem, isUsable, problemNames, usableBeats } from './preprocess/signal-problems.js';
export { type RawLead, rawLead, standsStill } from './preprocess/still-signal.js';
export { importBeatModel, importSequenceModel, type SequenceImport } from './pytorch/import-models.js';
export { type ForeignTensor, fromPyTorch } from './pytorch/tensor-names.js';
export { ALIKE_BEATS, type AlikeBeats } from './record/alike-beats.js';
export {
  isForRelativeStage,
  isLeftToPlain,
  lessMedian,
  RECORD_MEDIAN,
  type RelativeStage,
  recordMedian,
  type StageInputs,
  type StageName,
} from './record/median.js';
export { SELF_TRAINING, type SelfTraining } from './record/self-training.js';
export {
  type ClassifierOptions,
  type ClassifierSource,
  openClassifier,
  type RecordClassifier,
} from './record-classifier.js';
export * from './splits/beat-folds.js';
export { assertDisjoint, type DisjointOptions, nameInList, patientOf } from './splits/disjoint.js';
export { patientGroups } from './splits/patient-groups.js';
export { type RecordList, readRecordList, withoutRecords } from './splits/record-list.js';
export { loadSplit, splitNames } from './splits/splits.js';
export { databaseNote, trainedRecords } from './splits/trained-records.js';
export {
  ClassifierStream,
  STREAM_CLASSIFIER,
  type StreamedBeat,
  type StreamModel,
} from './streaming/classifier-stream.js';
export { classifyCausally } from './streaming/classify-causally.js';
export { type RunningStatistics, type StreamContract, streamContract } from './streaming/stream-contract.js';
export { type StreamLatency, streamLatency } from './streaming/stream-latency.js';
export * from './training/adapt.js';
export * from './training/adapt-within-patients.js';
export * from './training/beat-training.js';
export * from './training/checkpoint.js';
export * from './training/class-loss.js';
export * from './training/class-weights.js';
export { DEFAULT_FINETUNE, type FinetuneOptions, finetuneOnPatient } from './training/finetune.js';
export * from './training/finetune-sequence.js';
export { mixValues } from './training/mix-values.js';
export * from './training/sequence-loss.js';
export * from './training/sequence-step.js';
export * from './training/sequence-training.js';
export { type BeatBatch, compileTrainingStep, emptyBatch, type StepOptions } from './training/step.js';
export * from './training/train.js';
export { unshownClasses } from './training/unshown-classes.js';
export * from './training/within-patients.js';
export * from './training/within-patients-sequence.js';
