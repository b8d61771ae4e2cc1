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

it('a page classifies a record that the user picked as Node does, and nothing leaves the machine', {
  timeout: PAGE_TIMEOUT,
}, async (context) => {
  const browser = await openChromium(context);
  await using served = await servePage('../model/test/browser/classify-page');
  try {
    const page = await openPage(browser);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(served.url);
    const model = path('../../pretrained/beat.safetensors');
    await page.setInputFiles('#files', [`${RECORD}.hea`, `${RECORD}.dat`, model]);
    const inPage = await page.evaluate("classifyPicked('100', 'beat.safetensors')");

    const loaded = await loadModel('beat');
    const device = await openDevice({ kind: 'wasm' });
    const classifier = await openClassifier(device, loaded);
    const { source, name } = openRecordPath(RECORD);
    const { counts, lead } = await classifyRecord(await readRecord(source, name), loaded, classifier);
    device.close();
    expect(inPage).toEqual({ counts, lead });
    expect(requests.filter((url) => !url.startsWith(served.url) && !url.startsWith('data:'))).toEqual([]);
  } finally {
    await browser.close();
  }
});
