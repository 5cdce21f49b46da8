import pytest
from sqlalchemy import text

from core.contacts.duplicates import likely_pairs as module
from core.contacts.duplicates.likely_pairs import likely_pairs
from core.contacts.models import LikelyDuplicate
from tests import factories

SAME = {
    "email": "a@cronus.com",
    "phone_no": "+49 228 1234",
    "post_code": "53113",
    "address": "Hafen 1",
}


def contact(session, no, name="Cronus", kind=factories.company, **values):
    return kind(session, no=no, name=name, search_name=name.upper(), **values)


def pairs(session, **options):
    found = likely_pairs(session, **options)
    return [(pair.left_no, pair.right_no, pair.score) for pair in found.pairs]


@pytest.mark.parametrize(
    ("shared", "score"),
    [
        (("email",), 75),
        (("phone_no",), 65),
        (("post_code", "address"), 60),
        (("email", "phone_no"), 90),
        (tuple(SAME), 100),
    ],
)
def test_what_two_namesakes_share_makes_the_score(session, shared, score):
    for no in ("K1", "K2"):
        contact(session, no, **{name: SAME[name] for name in shared})

    assert pairs(session) == [("K1", "K2", score)]
    assert pairs(session, least=score + 1) == []


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({}, {}),
        ({"post_code": "53113"}, {"post_code": "53113"}),
        ({"email": "a@cronus.com"}, {"email": "b@cronus.com"}),
        ({"phone_no": "12"}, {"phone_no": "12"}),
        (SAME, SAME | {"name": "Cronus Ltd."}),
        (SAME, SAME | {"kind": factories.person}),
    ],
)
def test_too_little_is_no_pair(session, mine, theirs):
    contact(session, "K1", **mine)
    contact(session, "K2", **theirs)

    assert pairs(session) == []


def test_capitals_and_signs_do_not_tell_apart(session):
    contact(session, "K1", email="A@cronus.com", phone_no="0228/1234")
    contact(session, "K2", email="a@CRONUS.com", mobile_phone_no="02 28-12 34")

    assert pairs(session) == [("K1", "K2", 90)]


def test_pages_follow_on_each_other_however_few_contacts_one_looks_at(session):
    for name in ("Alpha", "Beta", "Ångström", "Zeta"):
        for copy in range(3):
            contact(session, f"{name[0]}{copy}", name, email="a@cronus.com")
        contact(session, f"{name[0]}-one", f"{name} alone", email="a@cronus.com")
    (everything,) = (pairs(session, limit=100),)
    assert len(everything) == 12

    for limit, looked_at in ((1, 1), (2, 3), (5, 100), (100, 2)):
        seen, after = [], None
        while True:
            found = likely_pairs(session, after=after, limit=limit, looked_at=looked_at)
            seen += [(pair.left_no, pair.right_no, pair.score) for pair in found.pairs]
            if found.next is None:
                break
            after = found.next
        assert seen == everything


def test_what_too_many_namesakes_say_is_passed_over(session, monkeypatch):
    monkeypatch.setattr(module, "MOST_ALIKE", 2)
    for no in ("K1", "K2", "K3"):
        contact(session, no, email="a@cronus.com", phone_no=f"0228 {no[1]}")
    contact(session, "K4", phone_no="0228 1")

    assert pairs(session) == [("K1", "K4", 65)]


def test_whoever_waits_too_long_gets_a_shorter_stretch_of_names(session, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.001)
    for number in range(400):
        name = f"Name {number // 2:03}"
        one = contact(session, f"K{number:03}", name, email="a@cronus.com")
        if number % 40 == 1:
            session.add(LikelyDuplicate(contact_id=one.id - 1, other_id=one.id))

    seen, after, pages = [], None, 0
    while after or not pages:
        found = likely_pairs(session, after=after, limit=1000, looked_at=400)
        seen += [pair.left_no for pair in found.pairs]
        after, pages = found.next, pages + 1

    assert seen == [f"K{number:03}" for number in range(0, 400, 2)]
    assert pages > 10
    assert session.scalar(text("SHOW statement_timeout")) == "0"
