"""Keeping the policy."""

from django.urls import include, path

from forethought.pages import bringing, changing, keeping, sentences

revision = [
    path("", changing.revision, name="revision"),
    path("change-text/", changing.replace_text, name="replace_text"),
    path("paragraphs/<int:place>/change-text/", changing.change_text, name="change_text"),
    path("paragraphs/<int:place>/below/change-text/", changing.add_paragraph, name="add_paragraph"),
    path("paragraphs/<int:place>/out/change-text/", changing.remove_paragraph, name="remove_paragraph"),
    path("describe-revision/", changing.describe_revision, name="describe_revision"),
    path("drop-revision/", changing.drop_revision, name="drop_revision"),
]

urlpatterns = [
    path("keeping/", keeping.keep, name="keep_policy"),
    path("start-policy/", keeping.start_policy, name="start_policy"),
    path("change-ownership/", keeping.change_ownership, name="change_ownership"),
    path("unions/", keeping.unions, name="unions"),
    path("unions/recognise-union/", keeping.recognise_union, name="recognise_union"),
    path("unions/<uuid:union_id>/end-union/", keeping.end_union, name="end_union"),
    path("baselines/", bringing.baselines, name="baselines"),
    path("baselines/keep-baseline/", bringing.keep_baseline, name="keep_baseline"),
    path("baselines/keep-model/", bringing.keep_model, name="keep_model"),
    path("baselines/<uuid:baseline_id>/", bringing.baseline, name="baseline"),
    path("bring-version/", bringing.bring_version, name="bring_version"),
    path("versions/<uuid:version_id>/put-in-force/", bringing.put_in_force, name="put_in_force"),
    path("start-revision/", bringing.start_revision, name="start_revision"),
    path("revisions/<uuid:revision_id>/", include(revision)),
    path("sentences/", sentences.sentences, name="sentences"),
    path("sentences/<slug:key>/link-sentence/", sentences.link_sentence, name="link_sentence"),
]
