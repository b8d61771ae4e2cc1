export {
  defaultVersions,
  type FetchDatabaseOptions,
  type FetchedDatabase,
  type FetchedFile,
  type FetchProgress,
  fetchDatabase,
} from './fetch/fetch-database.js';
export { folderSource, openRecordPath } from './node/folder-source.js';
export { installedFlac } from './node/installed-flac.js';
export { makeFolder } from './node/make-folder.js';
export { type WriteOptions, writeFileAtomic, writeFilesAtomic } from './node/write-file.js';
