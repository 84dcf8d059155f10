from django.core.management.base import BaseCommand, CommandError

from polls.models import Question


class Command(BaseCommand):
    help = "Takes the choices from polls"

    def add_arguments(self, parser):
        parser.add_argument("poll_ids", nargs="+", type=int)

    def handle(self, *args, **options):
        for poll_id in options["poll_ids"]:
            try:
                question = Question.objects.get(pk=poll_id)
            except Question.DoesNotExist:
                raise CommandError('Poll "%s" does not exist' % poll_id)
            question.choice_set.all().delete()
            self.stdout.write(self.style.SUCCESS('Successfully closed poll "%s"' % poll_id))
