/** Models as ONNX files: an entry of its own, because the protobuf library comes with it. */
export { exportModel, exportWindows } from './onnx/export-model.js';
export { classifyExported, type RunExported } from './onnx/exported-windows.js';
export type { OnnxMetadata } from './onnx/metadata.js';
export { type OnnxFeed, recordFeeds } from './onnx/record-feeds.js';
