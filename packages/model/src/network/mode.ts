/**
 * `training`: dropout, and batch statistics that also move the running ones. `frozenStatistics`: dropout, but the running
 * statistics as they are (fine-tuning on few beats). `inference`: neither.
 */
export type NetworkMode = 'training' | 'frozenStatistics' | 'inference';
