// Saves a draft while somebody writes: <form data-forethought-autosave="/where/">.
// The page's own buttons stay as they are; this only means that less is lost when a phone rings or a train enters a tunnel.

const AFTER_TYPING = 2000
const FIRST_RETRY = 5000
const LAST_RETRY = 60000
const TIME = { hour: 'numeric', minute: '2-digit', hour12: true }

function autosave(form) {
  const url = form.dataset.forethoughtAutosave
  // Two elements: one to look at, whose time changes with each save, and one to listen to, which speaks only when
  // something is different from before.
  const seen = document.createElement('p')
  seen.className = 'ft-status'
  seen.setAttribute('aria-hidden', 'true')
  const heard = document.createElement('p')
  heard.className = 'govuk-visually-hidden'
  heard.setAttribute('aria-live', 'polite')
  form.append(seen, heard)

  let timer = 0
  let retry = FIRST_RETRY
  let unsaved = false
  let sending = null
  let finished = false

  const say = (state, detail = '') => {
    seen.textContent = state + detail
    if (heard.textContent !== state) heard.textContent = state
  }

  const later = (wait) => {
    clearTimeout(timer)
    if (!finished) timer = setTimeout(save, wait)
  }

  // Words only: files travel when the form is sent, not each time somebody pauses.
  const words = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'))

  async function save({ leaving = false } = {}) {
    if (finished || !unsaved || (sending && !leaving)) return
    clearTimeout(timer)
    unsaved = false
    const attempt = new AbortController()
    sending = attempt
    try {
      const answer = await fetch(url, {
        method: 'POST', body: words(), redirect: 'manual', keepalive: leaving, signal: attempt.signal,
        headers: { 'X-Requested-With': 'autosave' },
      })
      if (answer.ok) {
        retry = FIRST_RETRY
        document.dispatchEvent(new CustomEvent('forethought:saved'))
        say('Saved', ` at ${new Date().toLocaleTimeString('en-GB', TIME).replace(' ', '')}`)
      } else if (answer.status >= 500 || answer.status === 429) {
        throw new Error(String(answer.status))
      } else {
        // Signed out, or the draft was changed elsewhere: the answer to sending the form explains it, we cannot.
        say('Not saved. Send the form to keep what you wrote.')
      }
    } catch (error) {
      if (error.name === 'AbortError') return
      unsaved = true
      say('Not saved - we will try again')
      later(retry)
      retry = Math.min(retry * 2, LAST_RETRY)
    } finally {
      if (sending === attempt) sending = null
    }
    // Typed while the last save was on its way.
    if (unsaved && retry === FIRST_RETRY) later(AFTER_TYPING)
  }

  const changed = (event) => {
    if (event.target.type === 'file') return
    unsaved = true
    later(AFTER_TYPING)
  }

  form.addEventListener('input', changed)
  form.addEventListener('change', changed)
  window.addEventListener('online', () => save())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save({ leaving: true })
  })
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return
    // A save that arrives after the form itself would bring an old draft back.
    finished = true
    clearTimeout(timer)
    sending?.abort()
  })
  // Back from the next page: this form is written in again.
  window.addEventListener('pageshow', () => {
    finished = false
  })
}

document.querySelectorAll('form[data-forethought-autosave]').forEach(autosave)
