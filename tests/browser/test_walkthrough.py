from pathlib import Path

from playwright.sync_api import expect

from tests.browser.eyes import look_with_axe
from tests.browser.marketer import Marketer


def test_a_segment_is_logged_end_to_end(product, product_page, tmp_path: Path):
    """The product's main job in a real browser, with axe on every page in light and
    dark."""
    anna = Marketer(product_page, look_with_axe(product_page, tmp_path))

    anna.signs_in(product.username, product.password)
    anna.imports_the_sample()
    anna.keeps_the_masters()
    segment_no = anna.makes_a_segment()
    anna.adds_contacts()
    anna.personalises_a_line()
    anna.changes_the_header()
    anna.goes_back_and_forward()
    anna.logs_with_follow_up()

    integrity = product_page.locator("#integrity")
    expect(integrity).to_contain_text("planned")
    anna.looks_back(segment_no)
    product_page.goto("/")
    expect(
        product_page.get_by_text(f"Follow-up on segment {segment_no}")
    ).to_be_visible()
    anna.look("home")
