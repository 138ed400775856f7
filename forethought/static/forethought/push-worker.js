// Shows the one sentence when a push comes. A push of ours has no words in it; whatever else one holds is not looked at.

self.addEventListener('push', (event) => {
  event.waitUntil(self.registration.showNotification('There is something for you in Forethought', {
    body: 'Please sign in.',
    tag: 'forethought',
    renotify: true,
  }))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(self.clients.openWindow('/next/'))
})
