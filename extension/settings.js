// The one setting: where the school is. Leave to reach that address is asked for here, and for the last one given back.

import { keepSchool, school } from './queue.js'
import { isThere, mayReach, originOf, pattern } from './school.js'

const field = document.getElementById('school')
const wrong = document.getElementById('school-error')
const said = document.getElementById('said')

function refuse(words) {
  wrong.textContent = words
  field.setAttribute('aria-invalid', 'true')
  field.focus()
}

document.getElementById('form').addEventListener('submit', async (event) => {
  event.preventDefault()
  wrong.textContent = said.textContent = ''
  field.removeAttribute('aria-invalid')
  const origin = originOf(field.value)
  if (!origin) return refuse('Enter the whole address, as it stands at the top of the browser. It begins with https.')
  // Asked at once: the browser takes the question only as the answer to a press.
  const allowed = await chrome.permissions.request({ origins: [pattern(origin)] }).catch(() => false)
  if (!allowed) return refuse('The browser was not allowed to reach that address, so nothing could be handed over. Press Save again, and allow it.')
  const before = await school()
  if (before && before !== origin) await chrome.permissions.remove({ origins: [pattern(before)] }).catch(() => false)
  await keepSchool(origin)
  field.value = origin
  said.textContent = await isThere(origin) ? 'Saved. The school answers there.' : 'Saved. Nothing answers there just now. What you save is kept here until it does.'
})

const kept = await school() ?? ''
// Whoever typed already keeps what they typed.
if (!field.value) field.value = kept
if (kept && !await mayReach(kept)) refuse('The browser no longer lets this reach the school. Press Save to allow it again.')
