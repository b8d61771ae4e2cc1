import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import type { KernelProfile } from '../../src/index.js';
import type { VerifyReport } from '../../src/testing/index.js';
import { opCases } from '../../src/testing/index.js';
import { openChromium, openPage, PAGE_TIMEOUT } from './chromium.js';
import { type ServedPage, servePage } from './serve-page.js';
import type { TrainingReport } from './training-page/page.js';

interface TraceEvent {
  readonly cat: string;
  readonly ph: string;
  readonly name: string;
  readonly args: { readonly detail?: string };
}

/** The whole table on a software adapter of a busy machine of two cores. */
const TABLE_TIMEOUT = 600_000;

describe('in a browser', { timeout: PAGE_TIMEOUT }, () => {
  let browser: Browser | undefined;
  const served: ServedPage[] = [];
  afterAll(async () => {
    await browser?.close();
    for (const page of served) await page[Symbol.asyncDispose]();
  });

  /** The built page, open; what it could not handle itself lands in `errors`. */
  async function open(context: TestContext, folder: string, query = ''): Promise<{ page: Page; errors: string[] }> {
    browser ??= await openChromium(context);
    const at = await servePage(folder);
    served.push(at);
    const page = await openPage(browser);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(at.url + query);
    return { page, errors };
  }

  it.for(['webgpu', 'wasm'] as const)(
    'the whole case table agrees on %s, and the page offers the report',
    { timeout: TABLE_TIMEOUT },
    async (kind, context) => {
      const { page, errors } = await open(context, 'verify', `?device=${kind}`);
      await page.click('#start');
      await page.waitForSelector('#download:enabled, #start:enabled', { timeout: TABLE_TIMEOUT - 30_000 });
      if (await page.isDisabled('#download')) throw new Error(`no report: ${await page.textContent('#status')}`);
      const downloading = page.waitForEvent('download');
      await page.click('#download');
      const download = await downloading;
      expect(download.suggestedFilename()).toMatch(/^ecgpu-verify-\d{4}-\d\d-\d\d\.json$/);
      const report: VerifyReport = JSON.parse(await readFile(await download.path(), 'utf8'));
      expect(report.cases.filter(({ agrees }) => !agrees)).toEqual([]);
      expect(report).toMatchObject({ agrees: true, kind });
      expect(report.runtime).toMatch(/Chrome\//);
      expect(report.adapter).not.toBe('');
      expect(new Set(report.cases.map(({ op }) => op))).toEqual(new Set(Object.keys(opCases)));
      expect(await page.locator('#results tr[data-agrees="true"]').count()).toBe(Object.keys(opCases).length);
      expect(await page.textContent('#status')).toContain('all agree');
      expect(errors).toEqual([]);
    },
  );

  it('every variant of a kernel is checked where the page is asked to', async (context) => {
    const { page, errors } = await open(context, 'verify', '?only=gruWeightGradient&variants=all');
    await page.click('#start');
    await page.waitForSelector('#download:enabled');
    expect(await page.textContent('#status')).toContain('all agree');
    expect(await page.locator('#results tr').allTextContents()).toContainEqual(
      expect.stringMatching(/^gruWeightGradient \(gru: blocks, long sums: \w+\)/),
    );
    expect(errors).toEqual([]);
  });

  it('a short training learns, repeats to the bit, and makes nothing anew', async (context) => {
    const { page, errors } = await open(context, 'test/browser/training-page');
    const train = (kind: string): Promise<TrainingReport> =>
      page.evaluate(`train(${JSON.stringify(kind)}, 400)`) as Promise<TrainingReport>;
    const first = await train('webgpu');
    expect(first).toMatchObject({ kind: 'webgpu', created: 0 });
    expect(first.lastLoss).toBeLessThan(first.firstLoss / 4);
    expect((await train('webgpu')).bits).toEqual(first.bits);
    const total = first.pipelinesReported[0]![1];
    expect(first.pipelinesReported).toEqual(Array.from({ length: total }, (_, index) => [index + 1, total]));
    const wasm = await train('wasm');
    expect(wasm.kind).toBe('wasm');
    expect(wasm.lastLoss).toBeCloseTo(first.lastLoss, 2);
    // SwiftShader is a CPU in disguise, which the wasm device outruns.
    expect((await train('auto')).bits).toEqual(wasm.bits);
    const reference = await train('cpu');
    expect(reference.kind).toBe('cpu');
    expect(reference.firstLoss).toBeCloseTo(first.firstLoss, 5);
    expect(reference.lastLoss).toBeCloseTo(first.lastLoss, 2);
    expect(errors).toEqual([]);
  });

  it('a profile lies on a track of the Performance panel', async (context) => {
    const { page, errors } = await open(context, 'test/browser/training-page');
    // What the panel records, and reads the tracks of pages from.
    await browser!.startTracing(page, { categories: ['blink.user_timing'] });
    const rows = (await page.evaluate('track()')) as KernelProfile[];
    const trace = JSON.parse((await browser!.stopTracing()).toString()) as { readonly traceEvents: TraceEvent[] };
    const measured = trace.traceEvents.filter(({ cat, ph }) => cat === 'blink.user_timing' && ph === 'b');
    expect(rows.length).toBeGreaterThan(10);
    expect(measured.map(({ name }) => name)).toEqual(rows.map(({ label }) => label));
    for (const { args } of measured) {
      expect(JSON.parse(args.detail!)).toMatchObject({
        devtools: { dataType: 'track-entry', track: 'GPU', trackGroup: 'ecgpu', tooltipText: expect.any(String) },
      });
    }
    expect(errors).toEqual([]);
  });
});
