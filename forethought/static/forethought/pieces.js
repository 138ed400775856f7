// Files sent in pieces, several at once, with progress; when the connection breaks, sending goes on where it stopped.
// <form data-forethought-pieces="form token"> around an input of uploads.js. Without this script, or without what it
// needs of the browser, the same form sends the files in one go.

const MIB = 1024 * 1024
const PIECE = 8 * MIB
const AT_ONCE = 3
const LONGEST_WAIT = 30

/** A size as people say it. */
function size(bytes) {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} KB`
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`
  return `${(bytes / 1e9).toFixed(2)} GB`
}

function make(tag, className, text = '') {
  const element = document.createElement(tag)
  element.className = className
  element.textContent = text
  return element
}

/** No, for a reason that a person can read. Trying again by itself would not help. */
class Refused extends Error {}
/** The connection, or the server for a moment. Trying again helps. */
class Broken extends Error {}

const SIGNED_OUT = 'You may have been signed out. Sign in again, choose the same files, and sending goes on where it stopped.'
const CHANGED = 'This file was changed or moved while it was being sent. Choose it again.'

async function hash(blob) {
  let content
  try {
    content = await blob.arrayBuffer()
  } catch {
    throw new Refused(CHANGED)
  }
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', content))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** One request. Gives its JSON; `progress` hears how many bytes of the body have gone out. */
function ask(method, address, token, body, { progress, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, address)
    request.setRequestHeader('X-CSRFToken', token)
    if (body instanceof Blob) request.setRequestHeader('Content-Type', 'application/offset+octet-stream')
    if (progress) request.upload.addEventListener('progress', (event) => progress(event.loaded))
    request.addEventListener('load', () => {
      let said = {}
      try {
        said = JSON.parse(request.responseText)
      } catch { /* a page, not an answer to us */ }
      if (request.status >= 500 || request.status === 429) reject(new Broken(`${request.status}`))
      else if (request.status === 200 || request.status === 409 || request.status === 410) resolve({ ...said, status: request.status })
      else reject(new Refused(said.sentence ?? SIGNED_OUT))
    })
    request.addEventListener('error', () => reject(new Broken('connection')))
    request.addEventListener('abort', () => reject(new Refused('Stopped.')))
    signal?.addEventListener('abort', () => request.abort())
    request.send(body)
  })
}

/** Wait so many seconds, or until the browser says that it is on line again. */
function pause(seconds, signal) {
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); removeEventListener('online', done); resolve() }
    const timer = setTimeout(done, seconds * 1000)
    addEventListener('online', done)
    signal.addEventListener('abort', done)
  })
}

/** Send one file, however often it takes. Gives its id. */
async function send(file, base, token, line, signal) {
  const tail = Math.floor(Math.max(0, file.size - 1) / MIB) * MIB
  const about = new URLSearchParams({
    name: file.name, type: file.type, size: file.size, modified: file.lastModified,
    head: await hash(file.slice(0, MIB)), tail: await hash(file.slice(tail)),
  })
  let upload
  let offset = 0
  let tries = 0
  while (upload === undefined || offset < file.size) {
    if (signal.aborted) throw new Refused('Stopped.')
    try {
      if (upload === undefined) {
        const begun = await ask('POST', `${base}begin-upload/`, token, about, { signal })
        ;({ offset } = begun)
        upload = begun
        line.from(offset)
      } else {
        if (tries) {
          const there = await ask('GET', upload.to, token, undefined, { signal })
          if (there.status === 410) {
            upload = undefined
            continue
          }
          ({ offset } = there)
        }
        const body = file.slice(offset, offset + PIECE)
        const before = offset
        if (before < file.size) {
          const answer = await ask('POST', `${upload.to}?offset=${before}`, token, body, {
            signal, progress: (loaded) => line.at(Math.min(before + loaded, file.size)),
          })
          if (answer.status === 410) {
            upload = undefined
            continue
          }
          ({ offset } = answer)
        }
      }
      if (tries) line.again()
      tries = 0
      line.at(offset)
      // The server counts this as a press, so the session does not end meanwhile (site.js).
      document.dispatchEvent(new CustomEvent('forethought:saved'))
    } catch (error) {
      if (!(error instanceof Broken)) throw error
      // A file that was changed cannot be read any more, and looks like a broken connection.
      await hash(file.slice(offset, offset + 1))
      tries += 1
      line.broken()
      await pause(Math.min(2 ** (tries - 1), LONGEST_WAIT), signal)
    }
  }
  return upload.id
}

/** What is shown of one file on its way. */
function lineOf(file, number, say) {
  const row = make('li', 'ft-sending')
  const name = make('span', 'ft-files__name', file.name)
  name.id = `sending-${number}`
  const bar = make('progress', 'ft-sending__bar')
  bar.max = file.size
  bar.value = 0
  bar.setAttribute('aria-labelledby', name.id)
  const words = make('span', 'ft-sending__words', `Waiting, ${size(file.size)}`)
  row.append(name, bar, words)
  let told = 0
  return {
    row,
    from: (offset) => { if (offset) say(`${file.name}: going on from ${size(offset)}.`) },
    at: (bytes) => {
      bar.value = bytes
      const share = Math.floor((bytes / file.size) * 100)
      words.textContent = bytes >= file.size ? `Sent, ${size(file.size)}` : `${share}%, ${size(bytes)} of ${size(file.size)}`
      if (share >= told + 25) {
        told = share - (share % 25)
        say(bytes >= file.size ? `${file.name}: sent.` : `${file.name}: ${told}%.`)
      }
    },
    broken: () => {
      words.textContent = 'The connection broke. Trying again.'
      say(`${file.name}: the connection broke. Trying again.`)
    },
    again: () => say(`${file.name}: going on.`),
    failed: (sentence) => {
      row.classList.add('ft-sending--failed')
      words.textContent = sentence
    },
  }
}

function pieces(form) {
  const input = form.querySelector('input[type="file"]')
  const token = form.dataset.forethoughtPieces
  const base = form.getAttribute('action')
  let going = false

  form.addEventListener('submit', async (event) => {
    if (going) return event.preventDefault()
    const files = [...input.files]
    // No file, or an empty one: the server says so in a page of its own.
    if (!files.length || files.some((file) => file.size === 0)) return
    event.preventDefault()
    going = true
    const box = make('div', 'ft-sending-box')
    const heading = make('h2', 'govuk-heading-m', files.length === 1 ? 'Sending your file' : `Sending ${files.length} files`)
    heading.tabIndex = -1
    const list = make('ul', 'ft-files')
    const status = make('p', 'govuk-visually-hidden')
    status.setAttribute('role', 'status')
    const stop = make('button', 'govuk-button govuk-button--secondary', 'Stop')
    stop.type = 'button'
    const stopper = new AbortController()
    stop.addEventListener('click', () => stopper.abort())
    const say = (words) => { status.textContent = words }
    const lines = files.map((file, number) => lineOf(file, number, say))
    list.append(...lines.map((line) => line.row))
    box.append(heading, list, status, stop)
    const hidden = [...form.children].filter((child) => !child.hidden)
    for (const child of hidden) child.hidden = true
    form.append(box)
    heading.focus()

    const ids = new Array(files.length)
    const wrong = []
    let next = 0
    const work = async () => {
      while (next < files.length) {
        const number = next
        next += 1
        try {
          ids[number] = await send(files[number], base, token, lines[number], stopper.signal)
        } catch (error) {
          lines[number].failed(error.message)
          wrong.push(`${files[number].name}: ${error.message}`)
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, files.length) }, work))
    if (!wrong.length) {
      const field = (name, value) => {
        const one = document.createElement('input')
        one.type = 'hidden'
        one.name = name
        one.value = value
        return one
      }
      say('All has been sent. Keeping it.')
      stop.hidden = true
      input.disabled = true
      form.append(field('csrfmiddlewaretoken', token), ...ids.map((id) => field('uploads', id)))
      form.action = `${base}keep-uploads/`
      form.enctype = 'application/x-www-form-urlencoded'
      return form.submit()
    }
    // What was sent lies sealed for two days: the same files chosen again are not sent twice.
    say(wrong.join(' '))
    stop.textContent = 'Change the files and try again'
    stop.addEventListener('click', () => {
      box.remove()
      for (const child of hidden) child.hidden = false
      going = false
      input.focus()
    }, { once: true })
    stop.focus()
  })
}

// Without a secure connection a browser lends no hash, and the form goes as it is.
if (globalThis.crypto?.subtle) document.querySelectorAll('form[data-forethought-pieces]').forEach(pieces)
