"""Every table, gathered for Django. Nothing imports from here."""

from forethought.acknowledgements.models import *  # noqa: F403
from forethought.audit.models import *  # noqa: F403
from forethought.boundaries.models import *  # noqa: F403
from forethought.cases.capture_models import *  # noqa: F403
from forethought.cases.models import *  # noqa: F403
from forethought.cases.quorum_models import *  # noqa: F403
from forethought.directory.models import *  # noqa: F403
from forethought.evidence.away_models import *  # noqa: F403
from forethought.evidence.bundle_models import *  # noqa: F403
from forethought.evidence.copy_models import *  # noqa: F403
from forethought.evidence.derived_models import *  # noqa: F403
from forethought.evidence.models import *  # noqa: F403
from forethought.evidence.nightly_models import *  # noqa: F403
from forethought.founding.models import *  # noqa: F403
from forethought.investigations.models import *  # noqa: F403
from forethought.investigations.weighing_models import *  # noqa: F403
from forethought.monitoring.models import *  # noqa: F403
from forethought.people.models import *  # noqa: F403
from forethought.policies.models import *  # noqa: F403
from forethought.questions.models import *  # noqa: F403
from forethought.reports.models import *  # noqa: F403
from forethought.reviews.models import *  # noqa: F403
from forethought.roster.models import *  # noqa: F403
from forethought.safeguarding.models import *  # noqa: F403
from forethought.takedowns.asking_models import *  # noqa: F403
from forethought.takedowns.models import *  # noqa: F403
