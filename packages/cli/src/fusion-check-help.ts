/** Of `--no-fusion-check`. */
export const FUSION_CHECK_HELP =
  "of a sequence model: leave calls of F as the networks give them, and do not check whole records' against their own N and V beats";
