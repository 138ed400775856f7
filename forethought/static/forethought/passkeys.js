// Says so on the page when a passkey was cancelled or failed. allauth's script writes it to the console alone.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  const trouble = document.getElementById('passkey-trouble')
  if (!trouble) return
  trouble.hidden = false
  trouble.focus()
})
