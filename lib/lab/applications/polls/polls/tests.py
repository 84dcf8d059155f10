import datetime

from django.core import mail
from django.core.management import call_command
from django.test import AsyncClient, TestCase, TransactionTestCase
from django.urls import reverse
from django.utils import timezone

from .models import Question


def create_question(text, days):
    return Question.objects.create(question_text=text, pub_date=timezone.now() + datetime.timedelta(days=days))


class QuestionModelTests(TestCase):
    def test_a_future_question_was_not_published_recently(self):
        self.assertIs(Question(pub_date=timezone.now() + datetime.timedelta(days=30)).was_published_recently(), False)

    def test_a_recent_question_was(self):
        self.assertIs(Question(pub_date=timezone.now() - datetime.timedelta(hours=23)).was_published_recently(), True)


class QuestionViewTests(TestCase):
    def test_no_questions(self):
        self.assertContains(self.client.get(reverse("polls:index")), "No polls are available.")

    def test_past_and_future(self):
        past = create_question("Past question.", -30)
        create_question("Future question.", 30)
        self.assertQuerySetEqual(self.client.get(reverse("polls:index")).context["latest_question_list"], [past])

    def test_a_future_question_has_no_page(self):
        self.assertEqual(self.client.get(reverse("polls:detail", args=(create_question("Later.", 5).id,))).status_code, 404)

    def test_vote(self):
        question = create_question("What's up?", -1)
        choice = question.choice_set.create(choice_text="The sky")
        response = self.client.post(reverse("polls:vote", args=(question.id,)), {"choice": choice.id}, follow=True)
        self.assertContains(response, "The sky: 1 vote")
        self.assertContains(self.client.post(reverse("polls:vote", args=(question.id,))), "select a choice")
        call_command("closepoll", str(question.id), verbosity=0)
        self.assertEqual(question.choice_set.count(), 0)

    def test_state_and_mail(self):
        self.client.get(reverse("polls:state"))
        self.assertEqual(self.client.get(reverse("polls:state")).json()["visits"], 2)
        self.assertEqual([message.subject for message in mail.outbox], ["Visit", "Visit"])

    async def test_an_asynchronous_view(self):
        self.assertEqual((await self.async_client.get(reverse("polls:later"))).json(), {"questions": 0})


class QuestionTransactionTests(TransactionTestCase):
    def test_the_administration_lists_questions(self):
        from django.contrib.auth.models import User

        self.client.force_login(User.objects.create_superuser("root", "", "secret"))
        create_question("Listed?", -1)
        self.assertContains(self.client.get("/admin/polls/question/"), "Listed?")
