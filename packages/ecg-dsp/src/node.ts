export { folderSource, openRecordPath } from './node/folder-source.js';
export { type WriteOptions, writeFileAtomic, writeFilesAtomic } from './node/write-file.js';
