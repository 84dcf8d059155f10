import sys
from sqlalchemy import ForeignKey, String, create_engine, func, inspect, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    tags: Mapped[list[str]] = mapped_column(ARRAY(String))
    extra: Mapped[dict] = mapped_column(JSONB)
    books: Mapped[list["Book"]] = relationship(back_populates="shelf")

class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelf.id"))
    shelf: Mapped[Shelf] = relationship(back_populates="books")

engine = create_engine(f"postgresql+{sys.argv[1]}://ann:x@localhost/shop", pool_size=2)
Base.metadata.drop_all(engine)
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Shelf(name="a", tags=["x", "y"], extra={"k": 1}, books=[Book(), Book()]), Shelf(name="b", tags=[], extra={})])
    session.commit()
    print(session.scalars(select(Shelf.name).where(Shelf.tags.contains(["x"]), Shelf.extra["k"].astext == "1")).all(), session.scalar(select(func.count(Book.id))))
    session.add(Shelf(name="a", tags=[], extra={}))
    try:
        session.commit()
    except IntegrityError as error:
        print(type(error.orig).__name__, str(error.orig).split("\n")[0])
        session.rollback()
    session.execute(insert(Shelf).values(name="a", tags=["z"], extra={}).on_conflict_do_update(index_elements=["name"], set_={"tags": ["z"]}))
    session.commit()
    locked = session.scalars(select(Shelf).where(Shelf.name == "a").with_for_update()).one()
    with Session(engine) as other:
        print(locked.tags, other.scalars(select(Shelf.name).with_for_update(skip_locked=True)).all())
print([column["name"] for column in inspect(engine).get_columns("shelf")], engine.pool.checkedin(), engine.dialect.driver)
