import { fileURLToPath } from 'node:url';
import { readRecord } from '@ecgpu/ecg-dsp';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { openDevice } from '@ecgpu/engine/node';
import { expect, it } from 'vitest';
import { openChromium, openPage, PAGE_TIMEOUT } from '../../../engine/test/browser/chromium.js';
import { servePage } from '../../../engine/test/browser/serve-page.js';
import { classifyRecord, openClassifier } from '../../src/index.js';
import { loadModel } from '../../src/node.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const RECORD = path('../../../../data/mitdb-samples/100');

it('a page classifies a record that the user picked beat by beat as Node does, on each device, and nothing leaves the machine', {
  timeout: PAGE_TIMEOUT,
}, async (context) => {
  const browser = await openChromium(context);
  await using served = await servePage('../model/test/browser/classify-page');
  const device = await openDevice({ kind: 'wasm' });
  try {
    const page = await openPage(browser);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(served.url);
    const models = ['beat', 'sequence'].map((name) => path(`../../pretrained/${name}.safetensors`));
    await page.setInputFiles('#files', [`${RECORD}.hea`, `${RECORD}.dat`, ...models]);
    const { source, name } = openRecordPath(RECORD);
    const record = await readRecord(source, name);
    for (const [kind, on] of [
      ['beat', 'webgpu'],
      ['beat', 'wasm'],
      ['sequence', 'wasm'],
    ] as const) {
      const inPage = await page.evaluate(`classifyPicked('100', '${kind}.safetensors', '${on}')`);
      const loaded = await loadModel(kind);
      const classifier = await openClassifier(device, loaded);
      const { beats, lead, stage } = await classifyRecord(record, loaded, classifier);
      classifier.release();
      expect(inPage).toEqual({ device: on, lead, stage, calls: beats.map((beat) => beat.class).join('') });
    }
    expect(requests.filter((url) => !url.startsWith(served.url) && !url.startsWith('data:'))).toEqual([]);
  } finally {
    device.close();
    await browser.close();
  }
});
