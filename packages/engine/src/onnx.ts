export { exportOnnx, type OnnxOptions, OPSET } from './formats/onnx/export.js';
