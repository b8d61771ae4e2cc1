export { type AddedProgram, type AddProgramOptions, addProgram } from './formats/onnx/add-program.js';
export type { OnnxElementType } from './formats/onnx/element-types.js';
export { exportOnnx, type OnnxOptions } from './formats/onnx/export.js';
export {
  type OnnxAttribute,
  type OnnxBody,
  type OnnxConstant,
  type OnnxDimension,
  OnnxGraph,
  type OnnxNode,
  type OnnxValue,
} from './formats/onnx/graph.js';
export { encodeOnnx, type OnnxModel, OPSET } from './formats/onnx/model.js';
