from sqlalchemy import func, select

from core import samples
from core.commands.seed import seed
from core.contacts.models import Contact
from core.samples import make_contacts
from tests.support.imports import counts_of, import_file, run_step, take


def test_a_new_installation_takes_the_sample_but_for_its_bad_rows(session, tmp_path):
    seed(session)
    taken = take(session, tmp_path, samples.contacts_file().read_bytes())

    run_step(session, tmp_path, taken)

    bad = len(make_contacts.BAD_ROWS)
    rows = taken.lines - 1
    assert 1_900 < rows < 2_300
    assert counts_of(taken) == {"rows": rows, "new": rows - bad, "rejected": bad}
    excluded = select(func.count()).where(Contact.exclude_from_segment)
    assert session.execute(excluded).scalar_one() > 10


def test_the_sample_again_changes_nothing(session, tmp_path):
    seed(session)
    content = samples.contacts_file().read_bytes()
    first = import_file(session, tmp_path, content)

    again = import_file(session, tmp_path, content)

    assert again == {
        "rows": first["rows"],
        "unchanged": first["new"],
        "rejected": first["rejected"],
    }


def test_the_file_is_the_one_the_generator_writes(tmp_path, monkeypatch):
    kept = samples.contacts_file().read_bytes()
    monkeypatch.setattr(
        make_contacts, "contacts_file", lambda: tmp_path / "contacts.csv"
    )

    make_contacts.main()

    assert (tmp_path / "contacts.csv").read_bytes() == kept
