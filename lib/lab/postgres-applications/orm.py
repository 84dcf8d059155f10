from decimal import Decimal
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import OperationalError, connection, connections, transaction
from django.db.models import F, Sum
from bread.models import Loaf

def refused(work):
    """How it is refused, in a transaction of its own."""
    try:
        with transaction.atomic():
            work()
    except Exception as error:
        print(type(error).__name__, str(error).split("\n")[0])
    else:
        print("taken")

Loaf.objects.bulk_create([Loaf(name=f"Loaf {n}", price=n, extra={"n": n, "tags": ["a"]}, grains=["rye", "oat"][:n]) for n in range(3)])
print([loaf.pk for loaf in Loaf.objects.order_by("pk")])
Loaf.objects.bulk_create([Loaf(name="Loaf 2", price=9), Loaf(name="Loaf 3", price=3)], update_conflicts=True, unique_fields=["name"], update_fields=["price"])
print(Loaf.objects.aggregate(Sum("price")))
print(Loaf.objects.filter(extra__n__gte=1).count(), Loaf.objects.filter(extra__tags__contains=["a"]).count(), Loaf.objects.filter(grains__contains=["oat"]).count())
print(Loaf.objects.annotate(rank=SearchRank(SearchVector("name"), SearchQuery("loaf"))).filter(rank__gt=0).count())
refused(lambda: Loaf.objects.create(name="Loaf 1", price=1))
refused(lambda: Loaf.objects.create(name="eleven long", price=1))
refused(lambda: Loaf.objects.create(name="x", price=-1))
refused(lambda: Loaf.objects.filter(price="cheap").count())
refused(lambda: connection.cursor().execute("select * from bread_loaf where name = 1"))
print(Loaf.objects.filter(name="loaf 1").exists(), Loaf.objects.filter(name__iexact="loaf 1").exists(), Loaf.objects.filter(name__contains="LOAF").exists())
Loaf.objects.create(pk=Loaf.objects.create(name="Loaf 4", price=4).pk + 1, name="Explicit", price=1)
refused(lambda: Loaf.objects.create(name="Next", price=1))
refused(lambda: Loaf.objects.create(name="Next", price=1))
with transaction.atomic():
    Loaf.objects.select_for_update().get(name="Loaf 1")
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        try:
            cursor.execute("select 1 from bread_loaf where name = 'Loaf 1' for update nowait")
        except OperationalError as error:
            print(error.args[0].split("\n")[0])
        cursor.execute("select name from bread_loaf where name like 'Loaf%' order by id for update skip locked limit 2")
        print(cursor.fetchall())
    other.close()
try:
    with transaction.atomic():
        Loaf.objects.update(price=F("price") + 1)
        raise RuntimeError
except RuntimeError:
    print(Loaf.objects.get(name="Loaf 1").price)
with transaction.atomic():
    with connection.cursor() as cursor:
        try:
            cursor.execute("select * from missing")
        except Exception as error:
            print(type(error).__name__, str(error).split("\n")[0])
        try:
            cursor.execute("select 1")
        except Exception as error:
            print(type(error).__name__, str(error).split("\n")[0])
    transaction.set_rollback(True)
print(len(list(Loaf.objects.iterator(chunk_size=2))), connection.vendor)
