"""Writes contacts.csv anew.

Run `python -m core.samples.make_contacts`. Always the same file. Nearly all of it can be imported; the few bad rows at the end show
what becomes of those. Salespeople, territories and languages are those of a new
installation.
"""

import csv
import random
from collections.abc import Iterator
from typing import NamedTuple

from core.samples import contacts_file

COMPANIES, PEOPLE_PER_COMPANY, LONERS_PER_REGION = 420, 4, 9

HEADER = [
    "Type", "Name", "Company Name", "Job Title", "E-Mail", "Phone No.",
    "Mobile Phone No.", "Address", "Post Code", "City", "Country/Region Code",
    "Territory Code", "Salesperson Code", "Language Code", "Correspondence Type",
    "Exclude from Segment", "Home Page",
]  # fmt: skip

Row = dict[str, str]


class Region(NamedTuple):
    country: str
    language: str
    territories: list[str]
    dial: str
    cities: list[str]
    first_names: list[str]
    surnames: list[str]


SALESPEOPLE = ["AB", "CL", "HN", "OR", "TK"]

REGIONS = [
    Region(
        "GB", "ENG", ["NORTH", "SOUTH", "WEST"], "+44 20",
        ["Leeds", "Bath", "York", "Hull", "Truro", "Ely"],
        ["Oliver", "Amelia", "Niamh", "Siân", "Harry", "Zoë", "Priya", "Callum"],
        ["O'Neill", "Smith-Jones", "Hargreaves", "Llewellyn", "Patel", "Ashworth"],
    ),
    Region(
        "DE", "DEU", ["EAST", "ABROAD"], "+49 30",
        ["Köln", "Gießen", "Görlitz", "Übach-Palenberg", "Jena", "Münster"],
        ["Jürgen", "Käthe", "Lukas", "Anneliese", "Björn", "Hülya", "Sören"],
        ["Müller", "von der Heide", "Strauß", "Öztürk", "Großmann", "Schäfer"],
    ),
    Region(
        "FR", "FRA", ["SOUTH", "ABROAD"], "+33 1",
        ["Besançon", "L'Haÿ-les-Roses", "Nîmes", "Évry", "Le Mans"],
        ["Chloé", "François", "Jean-Luc", "Anaïs", "Hélène", "Loïc"],
        ["d'Estaing", "Lefèvre", "Le Goff", "Hébert", "Garçon", "N'Diaye"],
    ),
    Region(
        "DK", "DAN", ["NORTH", "ABROAD"], "+45 33",
        ["Ærøskøbing", "Århus", "Næstved", "Køge", "Odense"],
        ["Søren", "Åse", "Jørgen", "Maja", "Rasmus", "Bodil"],
        ["Sørensen", "Kjær", "Nørgaard", "Østergaard", "Bæk"],
    ),
    Region(
        "ES", "ESP", ["WEST", "ABROAD"], "+34 91",
        ["A Coruña", "Ávila", "Cáceres", "Sevilla", "Logroño"],
        ["Íñigo", "María José", "Begoña", "Nuño", "Lucía", "Álvaro"],
        ["García Núñez", "de la Peña", "Ibáñez", "Muñoz", "Ortega y Gasset"],
    ),
    Region(
        "PL", "PLK", ["EAST", "ABROAD"], "+48 22",
        ["Łódź", "Gdańsk", "Wrocław", "Zielona Góra", "Kraków"],
        ["Łukasz", "Małgorzata", "Żaneta", "Stanisław", "Grażyna"],
        ["Wiśniewska", "Brzęczyszczykiewicz", "Król", "Zając", "Święch"],
    ),
    Region(
        "US", "ENU", ["WEST", "ABROAD"], "+1 555",
        ["Boise", "Winston-Salem", "St. Paul", "Coeur d'Alene", "Tulsa"],
        ["Mary Ann", "Dwayne", "Xochitl", "LeBron", "Kaitlyn", "Hiroshi"],
        ["McAllister", "Van Buren", "O'Hara", "Washington", "Nguyen", "St. James"],
    ),
]  # fmt: skip

TRADES = ["Foods", "Timber", "Optics", "Travel", "Paper", "Bikes", "Seeds", "Glass"]
FORMS = ["Ltd.", "GmbH & Co. KG", "S.A.", "A/S", "S.L.", "sp. z o.o.", "Inc.", "& Sons"]
TITLES = ["Buyer", "Head of Sales", "Engineer", "Chief Executive", "Clerk", "", ""]
STREETS = ["High Street", "Mill Lane", "Harbour Road", "Station Square", "Elm Row"]

AWKWARD_COMPANIES = [
    'The "Quick" Brown Fox, Ltd.',
    "Smith, Jones & Partners",
    "Semicolon; Partners",
    "شركة الأفق للتجارة",
    "אופק מסחר בע״מ",
    "株式会社青空",
    "Société Générale d'Aménagement et d'Équipement du Haut-Rhin et des Vosges du Sud",
    "=SUM(Brothers)",
    "100% Cotton + Wool",
    "Ångström & Œuvre",
    "x",
]
AWKWARD_PEOPLE = [
    'Bob "The Rock" O\'Reilly',
    "Wolfeschlegelsteinhausenbergerdorff Maximilian-Alexander von und zu Liechtenberg",
    "محمد الفارسي",
    "Nguyễn Thị Hồng Nhung",
    "J. R. R. d'Artagnan-de Batz",
    "Cher",
    "Mary  Ann   Double-Blank",
    "Renée Ðorđević, PhD",
]
BAD_ROWS: list[Row] = [
    {"Type": "Company", "Name": "Broken Address Ltd.", "E-Mail": "info@@nowhere"},
    {"Type": "Company", "Name": "Call Me Ltd.", "Phone No.": "ask for Jim"},
    {"Type": "Company", "Name": "Nobody's Customer", "Salesperson Code": "ZZ"},
    {"Type": "Person", "Name": "Lost Soul", "Company Name": "No Such Company"},
    {"Type": "Company", "Name": "Long " + "and longer " * 10},
    {"Type": "Robot", "Name": "Marvin"},
]


def main() -> None:
    with contacts_file().open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(_rows(random.Random(1999)))  # noqa: S311  (not a secret)


def _rows(chance: random.Random) -> Iterator[Row]:
    names = AWKWARD_COMPANIES + _company_names(chance)
    for number, name in enumerate(names, start=1):
        region = chance.choice(REGIONS)
        company = _company(chance, number, name, region)
        yield company
        people = chance.randint(1, 2 * PEOPLE_PER_COMPANY - 1)
        for person in _names(chance, region, people):
            yield _person(chance, person, company)
    for name in AWKWARD_PEOPLE:
        yield {"Type": "Person", "Name": name, "Language Code": "ENU"}
    for region in REGIONS:
        for name in _names(chance, region, LONERS_PER_REGION):
            yield _person(chance, name, {"Language Code": region.language})
    yield from BAD_ROWS


def _company_names(chance: random.Random) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < COMPANIES - len(AWKWARD_COMPANIES):
        surname = chance.choice(chance.choice(REGIONS).surnames)
        names[f"{surname} {chance.choice(TRADES)} {chance.choice(FORMS)}"] = None
    return list(names)


def _company(chance: random.Random, number: int, name: str, region: Region) -> Row:
    domain = f"firm{number:03}.example"
    return {
        "Type": "Company",
        "Name": name,
        "E-Mail": chance.choices([f"info@{domain}", ""], [9, 1])[0],
        "Phone No.": f"{region.dial} {chance.randint(1000000, 9999999)}",
        "Address": f"{chance.choice(STREETS)} {chance.randint(1, 180)}",
        "Post Code": str(chance.randint(10000, 99999)),
        "City": chance.choice(region.cities),
        "Country/Region Code": region.country,
        "Territory Code": chance.choice(region.territories),
        "Salesperson Code": chance.choice(SALESPEOPLE),
        "Language Code": region.language,
        "Correspondence Type": chance.choice(["E-Mail", "E-Mail", "Hard Copy", ""]),
        "Exclude from Segment": chance.choices(["", "yes"], [30, 1])[0],
        "Home Page": f"https://{domain}",
    }


def _names(chance: random.Random, region: Region, count: int) -> list[str]:
    """Different names: two people of one name in a company need numbers."""
    every = [
        f"{first} {last}" for first in region.first_names for last in region.surnames
    ]
    return chance.sample(every, count)


def _person(chance: random.Random, name: str, company: Row) -> Row:
    """Some people have their own telephone or language, most their company's."""
    own_language = chance.choice(REGIONS).language if chance.random() < 0.1 else ""
    return {
        "Type": "Person",
        "Name": name,
        "Company Name": company.get("Name", ""),
        "Job Title": chance.choice(TITLES),
        "E-Mail": _email_of(chance, company),
        "Mobile Phone No.": f"+99 {chance.randint(100000, 999999)}"
        if chance.random() < 0.4
        else "",
        "Language Code": own_language or company.get("Language Code", ""),
        "Exclude from Segment": chance.choices(["", "yes"], [40, 1])[0],
    }


def _email_of(chance: random.Random, company: Row) -> str:
    if chance.random() < 0.2:
        return ""
    domain = company.get("Home Page", "https://post.example").removeprefix("https://")
    return f"p{chance.randint(10_000, 99_999)}@{domain}"


if __name__ == "__main__":
    main()
