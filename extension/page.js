// Pictures of one tab: first as it is seen, then the whole page from its top, one window after the other. Tiles, never
// put together: what is fixed to the window stands in each, as somebody scrolling would see it.

export const MOST_TILES = 40

/** Why a page cannot be captured, in a sentence for the person. */
export class CannotCapture extends Error {}

// Chrome takes two pictures a second at most.
const BETWEEN = 550
const TRIES = 6

const BROWSERS_OWN = 'This page belongs to the browser itself, so it cannot be captured. Go to the page that you want to save first.'
const SHOP = 'The browser lets nobody capture pages of its shop for extensions.'
const FILE = 'This is a file, not a page. Save it, and add it to your report as a file.'
const PDF = 'This is a PDF. Save it, and add it to your report as a file: that is worth more than a picture of it.'
const SHUT = 'The browser does not let this page be captured. Take a screen print, and add it to your report as a file.'
const MOVED = 'The page changed or was left while it was being captured, so nothing was kept. Stay on it, and try again.'
const GONE = 'That page was closed. Open it again, and press the button there.'
const OWN = 'This is the school’s own page. What stands on it is with the school already.'

/** Why an address is none to capture; nothing where it may be. */
export function whyNot(address, school) {
  if (!address) return BROWSERS_OWN
  const { protocol, host, pathname, origin } = new URL(address)
  if (host === 'chromewebstore.google.com' || host === 'microsoftedge.microsoft.com') return SHOP
  if (host === 'chrome.google.com' && pathname.startsWith('/webstore')) return SHOP
  if (protocol === 'file:') return FILE
  if (protocol !== 'http:' && protocol !== 'https:') return BROWSERS_OWN
  return origin === school ? OWN : ''
}

// The next three run inside the page, apart from its own scripts. They take nothing with them but what is given.

function measure() {
  const root = document.scrollingElement ?? document.documentElement
  let part = root
  if (root.scrollHeight <= innerHeight + 1) {
    // Many apps scroll inside one large part, and the page itself not at all.
    const scrolls = [...document.querySelectorAll('body *')].filter((one) =>
      one.scrollHeight > one.clientHeight + 1 && one.clientHeight * one.clientWidth > (innerHeight * innerWidth) / 4 &&
      /auto|scroll|overlay/.test(getComputedStyle(one).overflowY))
    scrolls.sort((a, b) => b.clientHeight * b.clientWidth - a.clientHeight * a.clientWidth)
    part = scrolls[0] ?? root
  }
  globalThis.forethoughtPart = part
  globalThis.forethoughtTop = part.scrollTop
  return {
    address: location.href, title: document.title, type: document.contentType,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone, width: innerWidth, height: innerHeight,
    ratio: devicePixelRatio, seen: part === root ? innerHeight : part.clientHeight, whole: part.scrollHeight,
    inside: part !== root,
  }
}

async function scroll(top) {
  const part = globalThis.forethoughtPart
  part.scrollTo({ top, left: part.scrollLeft, behavior: 'instant' })
  const drawn = new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))
  // A window that is covered draws no frames.
  await Promise.race([drawn, new Promise((go) => setTimeout(go, 400))])
  await new Promise((go) => setTimeout(go, 150))
  return { top: part.scrollTop, whole: part.scrollHeight }
}

function back() {
  globalThis.forethoughtPart?.scrollTo({ top: globalThis.forethoughtTop, behavior: 'instant' })
}

const wait = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds))

async function inside(tabId, func, args = []) {
  try {
    const [{ result }] = await chrome.scripting.executeScript({ target: { tabId }, func, args })
    return result
  } catch {
    throw new CannotCapture(SHUT)
  }
}

async function tabOf(tabId) {
  try {
    return await chrome.tabs.get(tabId)
  } catch {
    throw new CannotCapture(GONE)
  }
}

let last = 0

/** One picture of what the window shows. That it is still the same page is looked at before and after. */
async function picture(tabId, address) {
  await wait(last + BETWEEN - Date.now())
  for (let tries = 1; ; tries += 1) {
    const tab = await tabOf(tabId)
    if (!tab.active || tab.url !== address) throw new CannotCapture(MOVED)
    try {
      const data = await chrome.tabs.captureVisibleTab(tab.windowId, { format: 'png' })
      last = Date.now()
      const after = await tabOf(tabId)
      if (!after.active || after.url !== address) throw new CannotCapture(MOVED)
      return await (await fetch(data)).blob()
    } catch (fault) {
      if (fault instanceof CannotCapture) throw fault
      if (tries === TRIES) throw new CannotCapture(SHUT)
      await wait(BETWEEN * tries)
    }
  }
}

export async function sha256(blob) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Capture a tab: its facts, and its files with their hashes. `tell` hears how far it has come. */
export async function capturePage(tabId, school, tell) {
  const tab = await tabOf(tabId)
  const reason = whyNot(tab.url, school)
  if (reason) throw new CannotCapture(reason)
  const page = await inside(tabId, measure)
  if (page?.type === 'application/pdf') throw new CannotCapture(PDF)
  if (!page) throw new CannotCapture(SHUT)
  const takenAt = new Date()
  const pictures = []
  const notes = []
  try {
    tell('Taking what you see now.')
    pictures.push({ name: '01 as seen.png', blob: await picture(tabId, tab.url), part: 'As it was seen, before anything was scrolled' })
    let top = 0
    for (;;) {
      const at = await inside(tabId, scroll, [top])
      const bottom = Math.floor(at.top + page.seen)
      const number = pictures.length
      tell(`Taking tile ${number} of about ${Math.min(MOST_TILES, Math.max(number, Math.ceil(at.whole / page.seen)))}.`)
      const blob = await picture(tabId, tab.url)
      const part = `Tile ${number}, from ${Math.round(at.top)} to ${Math.min(bottom, at.whole)} of ${at.whole} pixels down`
      pictures.push({ name: `${String(number + 1).padStart(2, '0')} tile at ${Math.round(at.top)}.png`, blob, part })
      if (bottom >= at.whole - 1) {
        if (at.whole > page.whole) notes.push(`The page grew while it was captured, from ${page.whole} to ${at.whole} pixels.`)
        break
      }
      if (number === MOST_TILES) {
        notes.push(`The tiles were cut off ${bottom} pixels down; the page is ${at.whole} pixels long.`)
        break
      }
      if (at.top < top - 1) {
        notes.push(`The page would not scroll further than ${Math.round(at.top)} pixels.`)
        break
      }
      top = bottom
    }
    if (page.inside) notes.push('The page scrolls inside one part of it. The tiles go down that part.')
  } finally {
    await inside(tabId, back).catch(() => {})
  }
  const facts = {
    address: page.address.slice(0, 2000), page_title: page.title.replace(/\s+/g, ' ').trim().slice(0, 300),
    taken_at: takenAt.toISOString(), zone: page.zone,
    window: `${page.width} by ${page.height} pixels, drawn at ${page.ratio} to one`,
  }
  const files = []
  for (const { name, blob, part } of pictures) files.push({ name, blob, part, size: blob.size, sha256: await sha256(blob) })
  const account = new Blob([accountOf(facts, files, notes)], { type: 'text/plain' })
  files.push({ name: 'account.txt', blob: account, part: 'The account of the capture', size: account.size, sha256: await sha256(account) })
  return { id: crypto.randomUUID(), facts, files, notes, state: 'kept' }
}

/** What was captured, when, of what, and the fingerprint of each picture, as a text that anybody can read. */
function accountOf(facts, files, notes) {
  return [
    'Captured by the Forethought extension, in the browser of the person who sent it, as that person saw the page.', '',
    `Address: ${facts.address}`, `Title: ${facts.page_title}`, `Taken at: ${facts.taken_at} (UTC, by that computer’s clock)`,
    `Time zone of that computer: ${facts.zone}`, `Window: ${facts.window}`, `Browser: ${navigator.userAgent}`, '',
    ...files.map(({ name, size, sha256: hash, part }) => `${name}\n  ${part}\n  ${size} bytes, SHA-256 ${hash}`),
    ...(notes.length ? ['', ...notes] : []), '',
  ].join('\n')
}
