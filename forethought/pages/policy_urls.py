"""Reading the policy."""

from django.urls import path

from forethought.pages import induction, media, policy

urlpatterns = [
    path("", policy.policy, name="policy"),
    path("versions/", policy.versions, name="policy_versions"),
    path("versions/table/", policy.export_table, name="policy_table"),
    path("versions/<uuid:version_id>/", policy.version, name="policy_version"),
    path("versions/<uuid:version_id>/text/", policy.export, name="policy_export"),
    path("compare/", policy.compare, name="policy_compare"),
    path("baselines/<uuid:baseline_id>/compare/", policy.against_baseline, name="against_baseline"),
    path("on-day/", policy.on_day, name="policy_on_day"),
    path("clauses/<str:clause_id>/", policy.clause, name="policy_clause"),
    path("good-use/", policy.good_use, name="policy_good_use"),
    path("induction/", induction.induction, name="induction"),
    path("for-managers/", policy.for_managers, name="policy_for_managers"),
    path("media/", media.media, name="media"),
    path("media/add-medium/", media.add_medium, name="add_medium"),
]
