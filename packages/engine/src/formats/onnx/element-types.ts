import { TensorProto_DataType as DataType } from './schema/onnx_pb.js';

/** Types that values of a graph have. */
export type OnnxElementType = 'f32' | 'f64' | 'i32' | 'u32' | 'i64' | 'bool';

/** ONNX's numbers for them. */
export const ELEMENT_TYPES = {
  f32: DataType.FLOAT,
  f64: DataType.DOUBLE,
  i32: DataType.INT32,
  u32: DataType.UINT32,
  i64: DataType.INT64,
  bool: DataType.BOOL,
} as const satisfies Record<OnnxElementType, DataType>;
