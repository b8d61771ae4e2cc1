"""Reads and writes F32/I32 safetensors files with numpy alone."""
import json
import struct

import numpy as np

TYPES = {'F32': np.dtype('<f4'), 'I32': np.dtype('<i4')}


def read(path):
    data = open(path, 'rb').read()
    (length,) = struct.unpack('<Q', data[:8])
    header = json.loads(data[8 : 8 + length])
    start = 8 + length
    tensors = {}
    for name, entry in header.items():
        if name == '__metadata__':
            continue
        a, b = entry['data_offsets']
        tensors[name] = np.frombuffer(data[start + a : start + b], TYPES[entry['dtype']]).reshape(entry['shape'])
    return tensors, header.get('__metadata__', {})


def write(path, tensors, metadata=None):
    header, blobs, at = {}, [], 0
    if metadata:
        header['__metadata__'] = metadata
    for name in sorted(tensors):
        array = np.asarray(tensors[name])
        kind = 'I32' if array.dtype.kind in 'iu' else 'F32'
        blob = np.ascontiguousarray(array, TYPES[kind]).tobytes()
        header[name] = {'dtype': kind, 'shape': list(array.shape), 'data_offsets': [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(blobs))
