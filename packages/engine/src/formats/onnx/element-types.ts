import { TensorProto_DataType as DataType } from './schema/onnx_pb.js';

/** ONNX's numbers for the types that values of a graph have. */
export const ELEMENT_TYPES = {
  f32: DataType.FLOAT,
  f64: DataType.DOUBLE,
  i32: DataType.INT32,
  u32: DataType.UINT32,
  i64: DataType.INT64,
  bool: DataType.BOOL,
} as const;

export type OnnxElementType = keyof typeof ELEMENT_TYPES;
