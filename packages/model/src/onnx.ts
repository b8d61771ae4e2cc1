/** Models as ONNX files: an entry of its own, because the protobuf library comes with it. */
export { exportModel, type OnnxMetadata } from './onnx/export-model.js';
export { classifyExported, type RunExported, type WindowFeed } from './onnx/exported-sequence.js';
