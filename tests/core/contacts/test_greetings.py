import pytest

from core.contacts.greetings import greeting
from core.setup.models import SalutationFormula
from core.vocabulary import NamePart

ANNA = dict.fromkeys(NamePart, "") | {
    NamePart.FIRST_NAME: "Anna",
    NamePart.SURNAME: "Berg",
    NamePart.COMPANY_NAME: "%1 & Sons",
}


def formula(text, *names):
    places = dict.fromkeys(range(1, 6), NamePart.BLANK) | dict(enumerate(names, 1))
    named = {f"name_{place}": int(name) for place, name in places.items()}
    return SalutationFormula(text=text, **named)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dear %1 %2 %3,", "Dear Anna Berg,"),
        ("Dear %3, %1", "Dear Berg, Anna"),
        ("%1%3", "AnnaBerg"),
        ("Dear %1 %2", "Dear Anna"),
        ("Dear %2, dear %2 all", "Dear , dear all"),
        ("%2 %2 %1", "Anna"),
        ("100 % for %1, %6 %0", "100 % for Anna, %6 %0"),
        ("", ""),
    ],
)
@pytest.mark.case("CONT-059")
def test_parts_take_their_places_and_empty_ones_close_the_gap(text, expected):
    names = (NamePart.FIRST_NAME, NamePart.MIDDLE_NAME, NamePart.SURNAME)

    assert greeting(formula(text, *names), ANNA) == expected


@pytest.mark.case("CONT-059")
def test_a_name_that_looks_like_a_place_is_a_name():
    names = (NamePart.FIRST_NAME, NamePart.COMPANY_NAME)

    assert greeting(formula("%2: %1", *names), ANNA) == "%1 & Sons: Anna"
