// Reading WFDB records and annotations, and nothing else.
export * from '@ecgpu/ecg-dsp/wfdb';
