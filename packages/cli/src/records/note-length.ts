import type { Annotation, Diagnostic } from '@ecgpu/ecg-dsp';

/** Bytes of text that an annotation of a WFDB file has room for. */
const LONGEST = 255;

/** Annotations as a WFDB file can hold them: longer texts end where a character does, and are reported. */
export function withinNotes(
  annotations: readonly Annotation[],
  where: string,
): { readonly annotations: readonly Annotation[]; readonly diagnostics: readonly Diagnostic[] } {
  const encoder = new TextEncoder();
  const room = new Uint8Array(LONGEST);
  let cut = 0;
  const fitting = annotations.map((annotation) => {
    const { read } = encoder.encodeInto(annotation.aux, room);
    if (read === annotation.aux.length) return annotation;
    cut++;
    return { ...annotation, aux: annotation.aux.slice(0, read) };
  });
  if (cut === 0) return { annotations, diagnostics: [] };
  const message = `${cut} annotations have more than ${LONGEST} bytes of text, which are cut there: a WFDB file holds no longer ones`;
  return { annotations: fitting, diagnostics: [{ code: 'ANN_TEXT_CUT', severity: 'warning', message, where }] };
}
