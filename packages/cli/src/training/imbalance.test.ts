import { writeFile } from 'node:fs/promises';
import { BALANCED_DRAWS, CLASS_BALANCED_DRAWS, CROSS_ENTROPY, SQUARE_ROOT } from '@ecgpu/model';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { addImbalanceOptions, type ImbalanceOptions, imbalanceOf, imbalanceOfFlags } from './imbalance.js';

const at = temporaryFolder();
const given = (...flags: string[]) => {
  const command = addImbalanceOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return imbalanceOf(command.parse(flags, { from: 'user' }).opts<ImbalanceOptions>());
};
const file = async (text: string) => {
  await writeFile(at('config.json'), text);
  return given('--config', at('config.json'));
};

describe('what to do about imbalance', () => {
  it('is nothing of its own unless something is said', async () => {
    expect(await given()).toEqual({ flags: '' });
  });

  it('is said by flags, and said again for the command that a model keeps', async () => {
    expect(await given('--weights', 'effective', '--sampling', 'class-balanced', '--focal', '2')).toEqual({
      draws: CLASS_BALANCED_DRAWS,
      weighting: { method: 'effective-number', beta: 0.999 },
      loss: { ...CROSS_ENTROPY, focal: 2 },
      flags: ' --weights effective:0.999 --sampling class-balanced --focal 2',
    });
    expect((await given('--weights', 'none')).weighting).toEqual({ method: 'power', exponent: 0 });
    expect((await given('--weights', 'inverse')).weighting).toEqual({ method: 'power', exponent: 1 });
    expect((await given('--weights', 'effective:0.99')).weighting).toEqual({ method: 'effective-number', beta: 0.99 });
  });

  it('is said by a file, over which flags go', async () => {
    await writeFile(at('config.json'), '{"weights": "sqrt", "sampling": "record-balanced", "logitAdjustment": 0.5}');
    const said = await given('--config', at('config.json'), '--logit-adjustment', '1');
    expect(said).toMatchObject({ draws: BALANCED_DRAWS, weighting: SQUARE_ROOT });
    expect(said.loss).toEqual({ ...CROSS_ENTROPY, logitAdjustment: 1 });
  });

  it.each([
    ['{', 'it is not JSON'],
    ['[]', 'it is no JSON object'],
    ['{"focal": -1}', 'focal cannot be -1'],
    ['{"logitAdjustment": 101}', 'logitAdjustment cannot be 101'],
    ['{"weights": "much"}', 'weights cannot be "much"'],
    ['{"sampling": "toString"}', 'sampling cannot be'],
    ['{"gamma": 2, "focal": 2}', 'there is no option gamma'],
  ])('refuses a file with %s', async (text, message) => {
    const refused = expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) });
    await expect(file(text)).rejects.toThrow(refused);
  });

  it('refuses flags out of range', () => {
    expect(() => given('--focal', '-1')).toThrow('a number from 0 to 100');
    expect(() => given('--focal', '1e30')).toThrow('a number from 0 to 100');
    expect(() => given('--logit-adjustment', '1e300')).toThrow('a number from 0 to 100');
    for (const beta of ['1', `0.${'9'.repeat(20)}`, ''])
      expect(() => given('--weights', `effective:${beta}`)).toThrow('none, inverse');
  });

  it('is understood again from the command that a model keeps', async () => {
    const said = await given('--weights', 'effective:0.9', '--sampling', 'every-beat', '--logit-adjustment', '0.5');
    expect(await imbalanceOfFlags(said.flags)).toEqual(said);
    expect(await imbalanceOfFlags('')).toEqual(await given());
    await expect(imbalanceOfFlags(' --weights much')).rejects.toThrow('none, inverse');
  });
});
