// What was captured and is not yet with the school: kept in this browser alone, shown, deletable, and gone after a week.

import { outcome } from './gate.js'

export const DAYS_KEPT = 7
export const MOST_KEPT = 20

const DAY = 24 * 3600 * 1000

let opened

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('forethought', 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('captures', { keyPath: 'id' })
      request.result.createObjectStore('settings')
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  return opened
}

/** Do one thing with one store. Resolves when it is written, not before. */
async function within(store, mode, act) {
  const transaction = (await database()).transaction(store, mode, { durability: 'strict' })
  const request = act(transaction.objectStore(store))
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result)
    transaction.onabort = transaction.onerror = () => reject(transaction.error)
  })
}

/** The address of the school's Forethought, or nothing. It is the only setting. */
export const school = () => within('settings', 'readonly', (store) => store.get('school'))

export const keepSchool = (origin) => within('settings', 'readwrite', (store) => store.put(origin, 'school'))

/** All that is kept, newest first. */
export async function kept() {
  await forgetOld()
  const all = await within('captures', 'readonly', (store) => store.getAll())
  return all.sort((a, b) => b.facts.taken_at.localeCompare(a.facts.taken_at))
}

export const one = (id) => within('captures', 'readonly', (store) => store.get(id))

/** Keep a capture. Only what passed the three questions is ever written to this computer. */
export async function keep(capture) {
  if (outcome(capture.answers) !== 'pass') throw new Error('The three questions come first.')
  await within('captures', 'readwrite', (store) => store.put(capture))
}

export const forget = (id) => within('captures', 'readwrite', (store) => store.delete(id))

/** When a capture goes from this computer, sent or not. */
export const goesAt = (capture) => new Date(Date.parse(capture.facts.taken_at) + DAYS_KEPT * DAY)

/** Let go of what has been here too long. */
export async function forgetOld(now = new Date()) {
  const all = await within('captures', 'readonly', (store) => store.getAll())
  for (const capture of all) if (goesAt(capture) <= now) await forget(capture.id)
}
