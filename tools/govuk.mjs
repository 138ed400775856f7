// What Forethought takes from govuk-frontend's scripts. Bundled by tools/vendor_govuk.sh.
//
// It starts itself: one file, one script tag, no inline script and no import between static files, whose hashed
// names a browser could not follow. Not here: ExitThisPage, since theirs wants a link and ours posts a form (site.js);
// Radios and Checkboxes, whose only work is to show a conditional part. They put aria-expanded on a radio, where ARIA
// does not allow it; site.css shows the part without any script.

import { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs'
import { CharacterCount } from 'govuk-frontend/dist/govuk/components/character-count/character-count.mjs'
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
import { NotificationBanner } from 'govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs'
import { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')

// ErrorSummary last, so that the focus it takes is not taken away again.
for (const Component of [SkipLink, Button, CharacterCount, NotificationBanner, ErrorSummary]) {
  for (const element of document.querySelectorAll(`[data-module="${Component.moduleName}"]`)) {
    try {
      new Component(element)
    } catch (error) {
      // One broken component must not stop the others; each page works without any of them.
      console.error(error)
    }
  }
}
