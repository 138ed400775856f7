// Draw what is to be covered, with a mouse or a finger: <textarea data-forethought-areas="id of the picture">.
// Each area is a line of four numbers in the text, which stays the truth: it can be typed and mended by hand.

const NUMBERS = /^\s*([\d.]+)[\s,%]+([\d.]+)[\s,%]+([\d.]+)[\s,%]+([\d.]+)[\s%]*$/

function areas(field) {
  const picture = document.getElementById(field.dataset.forethoughtAreas)
  if (!picture) return
  const frame = picture.parentElement
  let from = null
  let drawn = null

  const place = (event) => {
    const box = picture.getBoundingClientRect()
    const share = (value, size) => Math.min(100, Math.max(0, (value / size) * 100))
    return [share(event.clientX - box.left, box.width), share(event.clientY - box.top, box.height)]
  }
  const lay = (element, [left, top, right, bottom]) => {
    Object.assign(element.style, {
      left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%`,
    })
  }
  const cover = () => {
    const element = document.createElement('span')
    element.className = 'ft-cover__area'
    frame.append(element)
    return element
  }
  const between = ([x1, y1], [x2, y2]) => [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)]
  const show = () => {
    for (const old of frame.querySelectorAll('.ft-cover__area')) old.remove()
    for (const line of field.value.split('\n')) {
      const found = NUMBERS.exec(line)
      if (found) lay(cover(), found.slice(1).map(Number))
    }
  }

  picture.draggable = false
  frame.classList.add('ft-cover--drawn')
  frame.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    event.preventDefault()
    frame.setPointerCapture(event.pointerId)
    from = place(event)
    drawn = cover()
  })
  frame.addEventListener('pointermove', (event) => {
    if (from) lay(drawn, between(from, place(event)))
  })
  frame.addEventListener('pointerup', (event) => {
    if (!from) return
    const area = between(from, place(event))
    from = null
    // A touch that was no drawing covers nothing.
    if (area[2] - area[0] >= 0.5 && area[3] - area[1] >= 0.5) {
      const line = area.map((value) => value.toFixed(1)).join(' ')
      field.value = [field.value.trimEnd(), line].filter(Boolean).join('\n')
    }
    show()
  })
  frame.addEventListener('pointercancel', () => { from = null; show() })
  field.addEventListener('input', show)
  show()
}

for (const field of document.querySelectorAll('[data-forethought-areas]')) areas(field)
