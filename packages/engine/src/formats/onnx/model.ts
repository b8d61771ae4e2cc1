import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { VERSION } from '../../version.js';
import { ELEMENT_TYPES } from './element-types.js';
import type { OnnxAttribute, OnnxBody, OnnxConstant, OnnxDimension, OnnxNode, OnnxValue } from './graph.js';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type TensorShapeProto_DimensionSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
  Version,
} from './schema/onnx_pb.js';

/** The ONNX operator set that exported models are written in. */
export const OPSET = 17;

export interface OnnxModel extends OnnxBody {
  /** Name of the graph. */
  readonly name: string;
  /** Becomes the model's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A graph as the bytes of an ONNX file. */
export function encodeOnnx({ name, metadata = {}, ...body }: OnnxModel): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(Version.IR_VERSION_2021_7_30),
    opsetImport: [{ domain: '', version: BigInt(OPSET) }],
    producerName: 'ecgpu',
    producerVersion: VERSION,
    graph: graphProto(name, body),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}

function graphProto(name: string, { graph, inputs, outputs }: OnnxBody): GraphProto {
  return create(GraphProtoSchema, {
    name,
    node: graph.nodes.map(nodeProto),
    initializer: graph.constants.map(tensorProto),
    input: inputs.map(valueInfo),
    output: outputs.map(valueInfo),
  });
}

function nodeProto({ operator, inputs, outputs, attributes }: OnnxNode): NodeProto {
  return create(NodeProtoSchema, {
    opType: operator,
    name: `${operator}:${outputs[0]}`,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
  });
}

function attributeProto(name: string, value: OnnxAttribute): AttributeProto {
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  }
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  if ('graph' in value) {
    return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: graphProto(name, value) });
  }
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}

function tensorProto({ name, dtype, shape, bytes }: OnnxConstant): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: ELEMENT_TYPES[dtype],
    dims: shape.map(BigInt),
    rawData: new Uint8Array(bytes),
  });
}

function valueInfo({ name, dtype, shape }: OnnxValue): ValueInfoProto {
  const elemType = ELEMENT_TYPES[dtype];
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType, shape: { dim: shape.map(dimension) } } } },
  });
}

function dimension(size: OnnxDimension): MessageInitShape<typeof TensorShapeProto_DimensionSchema> {
  if (size === undefined) return {};
  if (typeof size === 'string') return { value: { case: 'dimParam', value: size } };
  return { value: { case: 'dimValue', value: BigInt(size) } };
}
