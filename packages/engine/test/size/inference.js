// What a page needs to run the arrhythmia network, and no more.
export {
  add,
  attentionPool,
  batchNorm,
  concat,
  conv1d,
  gru,
  linear,
  maxPool1d,
  openWebGpuDevice,
  Parameters,
  readSafetensors,
  relu,
  softmax,
  transpose,
} from '@ecgpu/engine';
