// Many files, by choosing, dropping or pasting, with a list to take them back from:
// <input type="file" multiple data-forethought-drop>. The input itself carries the files, so the form post is the same
// as without this script. No file is ever drawn: nobody must look again at what hurt them.

/** A size as people say it. */
function size(bytes) {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} KB`
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`
  return `${(bytes / 1e9).toFixed(1)} GB`
}

function make(tag, className, text = '') {
  const element = document.createElement(tag)
  element.className = className
  element.textContent = text
  return element
}

function drop(input) {
  let chosen = []
  const zone = make('div', 'ft-drop')
  const canDrop = matchMedia('(hover: hover)').matches
  const hint = make('p', 'ft-drop__hint', canDrop ? 'Choose files, drop them here, or paste them.' : 'Choose one or more files.')
  const list = make('ul', 'ft-files')
  const status = make('p', 'govuk-visually-hidden')
  status.setAttribute('role', 'status')
  input.before(zone)
  zone.append(hint, input, list, status)
  list.hidden = true

  const show = () => {
    const carrier = new DataTransfer()
    for (const file of chosen) carrier.items.add(file)
    input.files = carrier.files
    list.hidden = chosen.length === 0
    list.replaceChildren(...chosen.map((file) => {
      const row = make('li', '')
      const remove = make('button', 'govuk-button govuk-button--secondary', 'Remove')
      remove.type = 'button'
      remove.append(make('span', 'govuk-visually-hidden', ` ${file.name}`))
      remove.addEventListener('click', () => {
        const place = chosen.indexOf(file)
        chosen = chosen.filter((other) => other !== file)
        show()
        status.textContent = `${file.name} removed. ${counted()}`
        // The button that had the focus is gone; the next one, or the input, is where the person was.
        const buttons = list.querySelectorAll('button')
        ;(buttons[Math.min(place, buttons.length - 1)] ?? input).focus()
      })
      row.append(make('span', 'ft-files__name', file.name), make('span', '', size(file.size)), remove)
      return row
    }))
  }

  const counted = () => (chosen.length === 1 ? '1 file chosen.' : `${chosen.length} files chosen.`)

  const add = (files) => {
    const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified
    const fresh = [...files].filter((file) => !chosen.some((other) => same(file, other)))
    chosen = input.multiple ? [...chosen, ...fresh] : fresh.slice(-1).concat(fresh.length ? [] : chosen)
    show()
    status.textContent = counted()
  }

  // The browser replaces the input's files with each choice; we add to those chosen before.
  input.addEventListener('change', () => add(input.files))

  zone.addEventListener('dragover', () => zone.classList.add('ft-drop--over'))
  zone.addEventListener('dragleave', () => zone.classList.remove('ft-drop--over'))
  zone.addEventListener('drop', (event) => {
    zone.classList.remove('ft-drop--over')
    add(event.dataTransfer.files)
  })
  document.addEventListener('paste', (event) => {
    const { files } = event.clipboardData
    const typing = event.target.closest?.('textarea, input:not([type="file"])')
    // Text from an office program comes with a picture of itself; in a text box the text is what was meant.
    if (!files.length || (typing && event.clipboardData.types.includes('text/plain'))) return
    event.preventDefault()
    add(files)
  })
  // Files kept by the browser when somebody comes back to the page.
  window.addEventListener('pageshow', () => {
    if (input.files.length) add(input.files)
  })
}

const inputs = document.querySelectorAll('input[type="file"][data-forethought-drop]')
inputs.forEach(drop)
if (inputs.length) {
  // A file that misses the box would otherwise open in place of the page: what it shows, and the loss of the form.
  for (const type of ['dragover', 'drop']) {
    document.addEventListener(type, (event) => {
      if (event.dataTransfer.types.includes('Files')) event.preventDefault()
    })
  }
}
