// “On your phone”: asks the browser whether it may tell, and sends the form with the address at its push service.
// Without this, or in a browser that cannot, the page says so, and mail goes.

const form = document.getElementById('add-device')

function bytes(key) {
  const plain = atob(key.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

async function schoolKey() {
  const answer = await fetch('/on-your-phone/make-push-key/', { method: 'POST', body: new FormData(form) })
  if (!answer.ok || answer.redirected) throw new Error('signed out')
  return bytes((await answer.json()).key)
}

async function address() {
  const registration = await navigator.serviceWorker.register(form.dataset.worker)
  const wanted = await schoolKey()
  const found = await registration.pushManager.getSubscription()
  if (found) {
    const known = new Uint8Array(found.options.applicationServerKey ?? [])
    if (known.length === wanted.length && known.every((value, place) => value === wanted[place])) return found.endpoint
    // It was made for another server's key, and would be refused for ours.
    await found.unsubscribe()
  }
  await active(registration)
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted })
  return made.endpoint
}

function active(registration) {
  const worker = registration.installing ?? registration.waiting
  if (registration.active || !worker) return Promise.resolve()
  return new Promise((resolve) => {
    worker.addEventListener('statechange', () => { if (worker.state === 'activated') resolve() })
  })
}

if (form && 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) {
  document.getElementById('cannot-push').hidden = true
  form.hidden = false
  form.addEventListener('submit', async (event) => {
    if (form.elements.address.value) return
    event.preventDefault()
    const refused = document.getElementById('push-refused')
    refused.hidden = true
    try {
      if (await Notification.requestPermission() !== 'granted') throw new Error('not granted')
      form.elements.address.value = await address()
      form.submit()
    } catch {
      refused.hidden = false
    }
  })
}
