// The window of Save as evidence: the three questions, the capture, and what is kept here until the school has it.

import { ANSWERS, QUESTIONS, outcome, unanswered } from './gate.js'
import { CannotCapture, capturePage, whyNot } from './page.js'
import { MOST_KEPT, forget, forgetOld, goesAt, keep, kept, one, school } from './queue.js'
import { NotSent, Stopped, goToSchool, handOver, isThere, mayReach } from './school.js'

const LOOK_AGAIN = 15_000

const view = document.getElementById('view')
const progress = document.getElementById('progress')
const list = document.getElementById('list')
const tabId = Number(new URLSearchParams(location.search).get('tab')) || 0
/** What is being sent, and what waits for the school to be there again. */
let sending = ''
const wanted = new Set()

function make(tag, { text = '', children = [], ...more } = {}) {
  const element = Object.assign(document.createElement(tag), more)
  if (text) element.textContent = text
  element.append(...children)
  return element
}

const tell = (words) => { progress.textContent = words }

/** Show one thing, and bring whoever reads with a screen reader to it. */
function show(title, ...children) {
  const heading = make('h1', { text: title, tabIndex: -1 })
  view.replaceChildren(heading, ...children)
  heading.focus()
}

const paragraph = (text, className = '') => make('p', { text, className })

function radios(name, label, hint, choices) {
  const about = hint ? [make('p', { text: hint, className: 'hint', id: `${name}-hint` })] : []
  const group = make('fieldset', { id: name, children: [make('legend', { text: label }), ...about] })
  if (hint) group.setAttribute('aria-describedby', `${name}-hint`)
  for (const [value, text] of choices) {
    const box = make('input', { type: 'radio', name, value, id: `${name}-${value}` })
    group.append(make('div', { className: 'choice', children: [box, make('label', { text, htmlFor: box.id })] }))
  }
  return group
}

const KINDS = [['social', 'Social media, or a group in an app'], ['website', 'Another website']]

function ask() {
  const wrong = make('p', { className: 'error', id: 'wrong', tabIndex: -1 })
  wrong.setAttribute('role', 'alert')
  const form = make('form', {
    noValidate: true,
    children: [
      wrong, ...QUESTIONS.map(({ name, label, hint }) => radios(name, label, hint, ANSWERS)),
      radios('kind', 'What kind of page is it?', '', KINDS), make('button', { text: 'Go on', type: 'submit' }),
    ],
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const { kind, ...answers } = Object.fromEntries(new FormData(form))
    const open = unanswered(answers)
    if (open.length || !kind) {
      wrong.textContent = open.length ? `Choose yes, no or not sure: “${open[0].label}”` : 'Choose what kind of page it is.'
      wrong.focus()
    } else if (outcome(answers) === 'pass') capture(answers, kind)
    else stop(answers)
  })
  show('Before you save anything', paragraph('Answer from memory. Do not open it again.'),
    paragraph('Some pictures must not be copied, even to help. These three questions keep you safe. If you are not sure, say so. Nobody will blame you. Nothing is captured until you have answered.'), form)
}

function stop(answers) {
  const child = outcome(answers) === 'stop_child'
  const inside = [paragraph(child
    ? 'Leave it where it is. Do not open, copy, send, print, photograph or delete it. Do not ask a child to. Copying can be a crime, even to help.'
    : 'Do not copy it or send it on. Write down the address, the account and the time instead.')]
  if (answers.danger !== 'no') inside.unshift(paragraph('If a life may be in danger, call 999 now.'))
  inside.push(paragraph(child ? 'Tell the safeguarding lead now.' : 'Nothing was captured.'))
  const on = make('button', { text: 'Go on at the school’s page', type: 'button' })
  on.addEventListener('click', async () => {
    const origin = await schoolInReach()
    if (origin) await goToSchool(origin, answers, tell).catch((why) => tell(why.message))
    tell(origin ? 'The school’s page says what to do now.' : progress.textContent)
  })
  show(child ? 'Stop here. Please do not copy it' : 'Please do not copy this one',
    make('div', { className: 'stop', children: inside }),
    paragraph('Nothing was captured, and nothing is kept here. Your answers are filled in on the school’s page; it tells the safeguarding lead where that is needed.'), on)
}

async function capture(answers, kind) {
  show('Saving the page', paragraph('Leave the page as it is until this is done. It takes about half a second for each screen of it.'))
  if (answers.danger !== 'no') view.append(paragraph('If a life may be in danger, call 999 now.', 'bad'))
  try {
    if ((await kept()).length >= MOST_KEPT) throw new CannotCapture(`${MOST_KEPT} pages are kept here already. Send or delete some first.`)
    const found = await capturePage(tabId, await school(), tell)
    await keep({ ...found, answers, kind })
    tell('')
    show('Saved on this computer', paragraph(`${found.files.length} files. Each has a fingerprint (SHA-256), which is compared with what the school seals.`),
      ...found.notes.map((note) => paragraph(note)))
  } catch (why) {
    tell('')
    const words = why instanceof CannotCapture ? why.message : 'Something went wrong in the browser, so nothing was kept. Try again.'
    show('This page was not saved', paragraph(words, 'bad'))
    if (!(why instanceof CannotCapture)) console.error(why)
  }
  await redraw()
}

/** The school's address when it is set, allowed and answers; otherwise says which it is not. */
async function schoolInReach() {
  const origin = await school()
  if (!origin || !await mayReach(origin)) {
    tell('This does not know your school yet, or may not reach it. Open Settings below, and give its address.')
    return ''
  }
  if (await isThere(origin)) return origin
  tell('The school cannot be reached just now. It is kept here, and goes on when the school is there again. Leave this window open, or come back to it.')
  return ''
}

async function send(id) {
  if (sending) return
  sending = id
  await redraw()
  try {
    const origin = await schoolInReach()
    if (!origin) {
      wanted.add(id)
      return
    }
    wanted.delete(id)
    const found = await one(id)
    const compared = await handOver(found, origin, tell)
    const same = compared.every(({ ours, theirs }) => ours === theirs)
    // The pictures go from here only once the school has the very same.
    const files = found.files.map(({ blob, ...file }, number) => ({ ...file, ...(same ? {} : { blob }), theirs: compared[number].theirs }))
    await keep({ ...found, files, state: same ? 'sent' : 'differs' })
    tell(same ? `Sent. All ${files.length} fingerprints are equal.` : 'Sent, but what the school sealed is NOT what was captured here. Tell whoever looks after Forethought. It is still kept here.')
  } catch (why) {
    if (why instanceof Stopped) {
      const found = await one(id)
      await keep({ ...found, state: 'stopped' })
      tell('Nothing was sent: the answers at the school’s page say that this must not be copied. Ask the safeguarding lead what to do with what is here, before you delete it.')
    } else {
      tell(why instanceof NotSent ? why.message : 'Something went wrong in the browser. It is still kept here: try again.')
      if (!(why instanceof NotSent)) console.error(why)
    }
  } finally {
    sending = ''
    await redraw()
  }
}

const WORDS = {
  kept: 'Not sent yet.', sent: 'With the school. The pictures are no longer here.', stopped: 'Not sent, and it will not be.',
  differs: 'At the school, but not the same as here.',
}

function fingerprints(found) {
  const rows = found.files.flatMap(({ name, sha256, theirs }) => [
    make('dt', { text: name }), make('dd', { children: [make('code', { text: sha256 })] }),
    ...(theirs === undefined ? [] : [make('dd', { children: [
      make('span', { text: theirs === sha256 ? 'The school sealed the same: ' : 'The school sealed something else: ', className: theirs === sha256 ? 'good' : 'bad' }),
      make('code', { text: theirs || 'nothing' })] })]),
  ])
  return make('details', { open: found.state !== 'stopped', children: [make('summary', { text: `${found.files.length} fingerprints (SHA-256)` }), make('dl', { children: rows })] })
}

function line(found) {
  const when = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' })
  const what = `${found.facts.page_title || 'A page without a title'}, ${when.format(new Date(found.facts.taken_at))}`
  const buttons = []
  if (found.state === 'kept') {
    const words = sending === found.id ? 'Sending' : wanted.has(found.id) ? 'Waiting for the school. Try now' : 'Send to the school'
    const press = make('button', { text: words, type: 'button', disabled: Boolean(sending) })
    press.addEventListener('click', () => send(found.id))
    buttons.push(press)
  }
  const away = make('button', { text: 'Delete from this computer', type: 'button', className: 'second', disabled: sending === found.id })
  away.addEventListener('click', async () => {
    wanted.delete(found.id)
    await forget(found.id)
    tell('Deleted from this computer.')
    await redraw()
  })
  return make('li', { children: [
    make('h3', { text: what }), paragraph(found.facts.address), paragraph(`Time zone ${found.facts.zone}. Window ${found.facts.window}.`),
    make('p', { children: [make('strong', { text: WORDS[found.state] })] }), paragraph(`Goes from here on ${when.format(goesAt(found))}.`),
    make('p', { children: [...buttons, away] }), fingerprints(found),
  ] })
}

async function redraw() {
  const all = await kept()
  document.getElementById('waiting').hidden = !all.length
  list.replaceChildren(...all.map(line))
  const open = all.filter(({ state }) => state === 'kept').length
  await chrome.action.setBadgeText({ text: open ? String(open) : '' })
}

/** Go on with what waits, as soon as the school is there. The person still chooses and presses on its page. */
async function lookAgain() {
  const [next] = wanted
  const origin = await school()
  if (next && !sending && origin && await isThere(origin)) await send(next)
}

addEventListener('online', lookAgain)
setInterval(lookAgain, LOOK_AGAIN)

await forgetOld()
if (tabId) {
  const tab = await chrome.tabs.get(tabId).catch(() => null)
  const reason = tab ? whyNot(tab.url, await school()) : 'That page was closed. Open it again, and press the button there.'
  if (reason) show('This page cannot be saved', paragraph(reason, 'bad'))
  else ask()
} else show('Save as evidence', paragraph('Go to the page that you want to save, and press the button of this extension there.'))
await redraw()
