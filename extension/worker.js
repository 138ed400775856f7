// One press of the button opens the window that asks the three questions. Nothing of the page is looked at here.

import { forgetOld } from './queue.js'

chrome.action.onClicked.addListener(async (tab) => {
  // A window of its own: it stays open while the page is captured, and is never in the picture.
  await chrome.windows.create({ url: `save.html?tab=${tab.id}`, type: 'popup', width: 480, height: 780 })
})

chrome.runtime.onStartup.addListener(() => forgetOld())
