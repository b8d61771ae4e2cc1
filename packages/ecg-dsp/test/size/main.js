// Reading, filters, the default detector, beats and their quality.
export * from '@ecgpu/ecg-dsp';
