// What every page has: leaving at once, copy buttons, and the warning before the session ends.
// It only adds. Without it every button is still a form post and the session still ends.

/** An element with attributes and text, the short way. */
function make(tag, attributes = {}, text = '') {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.textContent = text
  return element
}

// --- Exit this page ---

const THREE_PRESSES_WITHIN = 5000

function exitThisPage(box) {
  const button = box.querySelector('button[name="exit"]')
  const status = make('span', { class: 'govuk-visually-hidden', role: 'status' })
  box.append(status)
  let presses = 0
  let alone = false
  let timer = 0

  const forget = () => {
    presses = 0
    status.textContent = ''
  }

  button.form.addEventListener('submit', (event) => {
    if (event.submitter !== button) return
    // After this turn of the event loop the form's values have been taken; then nothing of the page stays in sight.
    setTimeout(() => {
      document.title = ' '
      document.body.append(make('div', { class: 'govuk-exit-this-page-overlay', role: 'alert' }, 'Leaving.'))
      document.body.classList.add('govuk-exit-this-page-hide-content')
    })
  })

  // Shift three times leaves as well. Shift held for a capital letter does not count.
  document.addEventListener('keydown', (event) => {
    alone = event.key === 'Shift'
    if (!alone && presses) forget()
  })
  document.addEventListener('keyup', (event) => {
    if (event.key !== 'Shift' || !alone) return
    presses += 1
    clearTimeout(timer)
    if (presses === 3) return button.click()
    timer = setTimeout(forget, THREE_PRESSES_WITHIN)
    status.textContent = presses === 1 ? 'Press Shift twice more to leave.' : 'Press Shift once more to leave.'
  })

  window.addEventListener('pageshow', (event) => {
    // A page brought back from memory may show what was left in a hurry: ask the server, which shows the sign-in.
    if (event.persisted) location.reload()
  })
}

// --- Copy blocks ---

function copyButton(area) {
  const button = make('button', { type: 'button', class: 'govuk-button govuk-button--secondary' }, 'Copy')
  const label = document.querySelector(`label[for="${CSS.escape(area.id)}"]`)
  if (label) button.append(make('span', { class: 'govuk-visually-hidden' }, `: ${label.textContent}`))
  const status = make('span', { class: 'ft-status', role: 'status' })
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(area.value)
      status.textContent = 'Copied'
    } catch {
      area.focus()
      area.select()
      status.textContent = 'Selected. Now copy it with your device.'
    }
  })
  area.after(button, ' ', status)
}

// --- The warning before the session ends ---

const WARN_BEFORE = 120
// The server notes a visit at most once a minute, so its ten minutes may have begun up to a minute before ours. We warn
// by the earliest end there can be, and ask for the page again only after the latest: asking earlier would be a visit.
const EARLIER = 60
const LATER = 5

function sessionWarning(idleSeconds, stayUrl) {
  const title = make('h2', { class: 'ft-session__title', id: 'session-title' })
  const text = make('p', { class: 'ft-session__text', id: 'session-text' })
  const button = make('button', { type: 'button', class: 'govuk-button' })
  const dialog = make('dialog', {
    class: 'ft-session', role: 'alertdialog', 'aria-labelledby': 'session-title', 'aria-describedby': 'session-text',
  })
  dialog.append(title, text, button)
  document.body.append(dialog)

  let endsAt = 0
  let wrote = false
  let over = false

  const begin = () => {
    endsAt = Date.now() + idleSeconds * 1000
    over = false
    dialog.classList.remove('ft-session--over')
    if (dialog.open) dialog.close()
  }

  const show = (heading, words, label) => {
    title.textContent = heading
    text.textContent = words
    button.textContent = label
    if (!dialog.open) dialog.showModal()
  }

  // Whoever listens sits still. A recording ends by itself, and so does a sign-in after eight hours.
  const plays = () => [...document.querySelectorAll('audio, video')].some((one) => !one.paused && !one.ended)
  let askedAt = 0

  const check = () => {
    const left = (endsAt - Date.now()) / 1000
    if (!over && !dialog.open && left < idleSeconds / 2 && plays() && Date.now() > askedAt + 30000) {
      askedAt = Date.now()
      return stay()
    }
    if (over || left > Math.min(WARN_BEFORE + EARLIER, idleSeconds / 2)) return
    if (left > -LATER) {
      if (!dialog.open) show('Are you still there?', 'You will soon be signed out, to keep this page private.', 'Stay')
      return
    }
    over = true
    // Nothing typed here: fetch the page again, and the server shows the sign-in instead.
    if (!wrote) return location.reload()
    dialog.classList.add('ft-session--over')
    show('You have been signed out', 'What you wrote is still on this page. Show it, then send it. ' +
      'We keep it and ask you to sign in.', 'Show the page')
  }

  const stay = async () => {
    if (over) return dialog.close()
    try {
      const token = document.querySelector('input[name="csrfmiddlewaretoken"]')
      const answer = await fetch(stayUrl, {
        method: 'POST', redirect: 'manual', headers: token ? { 'X-CSRFToken': token.value } : {},
      })
      if (answer.ok) return begin()
      endsAt = Date.now() - LATER * 1000
      check()
    } catch {
      text.textContent = 'We could not reach the service. Check the connection and press again.'
    }
  }

  button.addEventListener('click', stay)
  // Escape means “I am here” too.
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault()
    stay()
  })
  document.addEventListener('input', (event) => {
    if (event.target.form) wrote = true
  })
  // A saved draft was a request, so the server counts from now as well (autosave.js).
  document.addEventListener('forethought:saved', begin)
  // By the clock, not by one long timer: a phone in a pocket stops its timers, not the time.
  setInterval(check, 1000)
  document.addEventListener('visibilitychange', check)
  begin()
}

document.querySelectorAll('[data-forethought-exit]').forEach(exitThisPage)
document.querySelectorAll('textarea[data-forethought-copy]').forEach(copyButton)
const { idleSeconds, stayUrl } = document.body.dataset
if (Number(idleSeconds) > 0 && stayUrl) sessionWarning(Number(idleSeconds), stayUrl)
