// Handing over to the school. The person does it on the school's own page, signed in there: they choose where it
// belongs, answer for it, and the page then takes the files as it takes any others. Nothing of a sign-in is seen or kept
// here. What runs in that page runs apart from its scripts, and in no page of anybody else.

import { outcome } from './gate.js'

const LOOK_EVERY = 700
const LONGEST = 60 * 60 * 1000
const PIECE = 3 * 1024 * 1024

export class NotSent extends Error {}
/** The school said stop: nothing was sent, and nothing will be. */
export class Stopped extends Error {}

/** The school's address from what somebody typed, as scheme and host; nothing where it is none. Always https. */
export function originOf(typed) {
  try {
    const address = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed.trim()) ? typed.trim() : `https://${typed.trim()}`)
    const local = address.protocol === 'http:' && address.hostname === 'localhost'
    if (address.username || address.password || !(address.protocol === 'https:' || local)) return ''
    return address.origin
  } catch {
    return ''
  }
}

export const pattern = (origin) => `${origin}/*`

/** Whether this browser lets us reach the school. */
export const mayReach = (origin) => chrome.permissions.contains({ origins: [pattern(origin)] })

/** Whether the school answers just now. No cookie goes with it. */
export async function isThere(origin) {
  try {
    await fetch(`${origin}/accessibility/`, { credentials: 'omit', cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(20000) })
    return true
  } catch {
    return false
  }
}

// These run inside the school's page. Each looks once more whose page it is in.

function look(origin, answers) {
  if (location.origin !== origin) return { at: 'elsewhere' }
  const gate = document.querySelector('form[data-extension-gate]')
  if (gate && !gate.dataset.extensionFilled) {
    gate.dataset.extensionFilled = 'yes'
    for (const [name, value] of Object.entries(answers)) {
      const field = gate.querySelector(`input[type=radio][name="${name}"][value="${value}"]`)
      if (field && !gate.querySelector(`input[name="${name}"]:checked`)) field.checked = true
    }
    document.querySelector('[data-extension-filled-words]')?.removeAttribute('hidden')
  }
  const take = document.querySelector('[data-extension-take]')?.dataset.extensionTake
  if (take) return { at: 'take', take }
  if (document.querySelector('[data-extension-stop]')) return { at: 'stop' }
  return { at: gate ? 'gate' : 'elsewhere' }
}

function give(origin, number, base64, begins) {
  if (location.origin !== origin) return false
  if (begins && number === 0) globalThis.forethoughtFiles = []
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))
  ;(globalThis.forethoughtFiles[number] ??= []).push(bytes)
  return true
}

async function send(origin, take, facts, files) {
  if (location.origin !== origin || !/^\/upload\/[0-9a-f-]{36}\/keep-captured\/$/.test(take)) return { status: 0 }
  const form = new FormData()
  for (const [name, value] of Object.entries(facts)) form.append(name, value)
  form.append('sent_at', new Date().toISOString())
  for (const file of files) {
    form.append('sha256', file.sha256)
    form.append('part', file.part)
  }
  files.forEach((file, number) => form.append('files', new File(globalThis.forethoughtFiles[number], file.name)))
  globalThis.forethoughtFiles = []
  try {
    const answer = await fetch(take, { method: 'POST', body: form, credentials: 'same-origin', redirect: 'error' })
    const words = await answer.json().catch(() => ({}))
    return { status: answer.status, words }
  } catch {
    return { status: 0 }
  }
}

const wait = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds))

async function inside(tabId, func, args) {
  const [{ result }] = await chrome.scripting.executeScript({ target: { tabId }, func, args })
  return result
}

/** Follow the person through the school's pages until one takes the files; its address, or why it came to nothing. */
async function untilTaken(tabId, origin, answers, tell) {
  const latest = Date.now() + LONGEST
  let said = ''
  while (Date.now() < latest) {
    try {
      await chrome.tabs.get(tabId)
    } catch {
      throw new NotSent('The school’s page was closed before it was sent. It is still kept here.')
    }
    // A page of the sign-in of somebody else, or one that is loading, is not ours to look into.
    const { at, take } = await inside(tabId, look, [origin, answers]).catch(() => ({ at: 'elsewhere' })) ?? { at: 'elsewhere' }
    if (at === 'take') return take
    if (at === 'stop') throw new Stopped()
    if (at !== said) tell(at === 'gate' ? 'Look at your answers on the school’s page, and go on there.' : 'Go on in the school’s page: sign in, and choose where it belongs.')
    said = at
    await wait(LOOK_EVERY)
  }
  throw new NotSent('It took too long, so it was not sent. It is still kept here.')
}

async function carry(tabId, origin, files, tell) {
  for (const [number, { blob }] of files.entries()) {
    tell(`Sending ${number + 1} of ${files.length}.`)
    for (let start = 0; start === 0 || start < blob.size; start += PIECE) {
      const bytes = new Uint8Array(await blob.slice(start, start + PIECE).arrayBuffer())
      let text = ''
      for (let from = 0; from < bytes.length; from += 32768) text += String.fromCharCode(...bytes.subarray(from, from + 32768))
      if (!await inside(tabId, give, [origin, number, btoa(text), start === 0])) throw new NotSent('The school’s page was left before it was sent. It is still kept here.')
    }
  }
}

/** Open the school's page for somebody whom a question stopped: it tells the safeguarding lead, and says what to do. */
export async function goToSchool(origin, answers, tell) {
  const tab = await chrome.tabs.create({ url: `${origin}/browser/choose/` })
  await untilTaken(tab.id, origin, answers, tell).catch((why) => {
    if (!(why instanceof Stopped)) throw why
  })
}

/**
 * Hand a capture over. Gives each file with its two fingerprints: ours, and the one of what the school has sealed.
 * Throws NotSent or Stopped; then nothing was kept there.
 */
export async function handOver(capture, origin, tell) {
  if (outcome(capture.answers) !== 'pass') throw new Stopped()
  const tab = await chrome.tabs.create({ url: `${origin}/browser/choose/` })
  const take = await untilTaken(tab.id, origin, capture.answers, tell)
  await carry(tab.id, origin, capture.files, tell)
  tell('Waiting for the school to seal it.')
  const files = capture.files.map(({ name, sha256, part }) => ({ name, sha256, part }))
  const { status, words } = await inside(tab.id, send, [origin, take, { ...capture.facts, kind: capture.kind }, files])
  if (status !== 200) throw new NotSent(words?.sentence ?? 'The school did not take it, or the connection broke. It is still kept here: try again.')
  const theirs = words.kept.map((one) => one.sha256)
  if (words.back?.startsWith('/') && !words.back.startsWith('//')) await chrome.tabs.update(tab.id, { url: origin + words.back }).catch(() => {})
  return capture.files.map((file, number) => ({ name: file.name, ours: file.sha256, theirs: theirs[number] ?? '' }))
}
