import { Buffer } from 'node:buffer'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { _electron } from 'playwright-core'
import { electronBinary, resolveElectron, withoutSandbox } from './electron.mjs'
import { command, root } from './run.mjs'

/** Sizes in pixels that platforms ask for: window and taskbar, launchers, the packaged application. */
const sizes = [16, 32, 48, 64, 128, 256, 512, 1024]

/**
 * Draws resources/icon.svg in all sizes, in Electron itself: no other program is needed, and what users see is what was drawn.
 * Run it where there is a display (else: xvfb-run -a node scripts/icons.mjs) after the drawing was changed.
 */
await command(async () => {
  const folder = join(root, 'resources', 'icons')
  await mkdir(folder, { recursive: true })
  const svg = await readFile(join(root, 'resources', 'icon.svg'), 'utf8')
  const args = [...withoutSandbox(), '--disable-gpu', root]
  const app = await _electron.launch({ executablePath: electronBinary(await resolveElectron()), args })
  try {
    const page = await app.firstWindow()
    for (const size of sizes) {
      const url = await page.evaluate(draw, { svg, size })
      await writeFile(join(folder, `${size}x${size}.png`), Buffer.from(url.split(',')[1], 'base64'))
    }
  } finally {
    await app.close()
  }
  return 0
})

/* global Image, btoa, document -- it runs in the page */
/** @param {{ svg: string, size: number }} what */
async function draw({ svg, size }) {
  const image = new Image(size, size)
  image.src = `data:image/svg+xml;base64,${btoa(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  canvas.getContext('2d').drawImage(image, 0, 0, size, size)
  return canvas.toDataURL('image/png')
}
