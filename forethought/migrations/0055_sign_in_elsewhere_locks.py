"""Where people sign in, and as whom, kept apart by school. What was said stays; only its secret may go."""

from django.db import migrations

from forethought.schools import KeepApart, MayForget, SealRows


class Migration(migrations.Migration):
    dependencies = [("forethought", "0054_sign_in_elsewhere")]

    operations = [KeepApart(), SealRows("signinprovider"), MayForget("signinprovider", "content")]
