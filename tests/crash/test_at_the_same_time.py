"""Several people, or one impatient one, press Log on the same segment at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

from tests.support import one_log
from tests.support.one_log import assert_logged_once, held

pytestmark = pytest.mark.crash

ASKERS = 20


def ask_all_at_once(installation, path, keys):
    """One connection and one thread for each; the answers in no special order."""
    start = Barrier(len(keys))

    def ask(key):
        client = installation.client()
        start.wait()
        answer = client.ask("POST", path, {"create_follow_up": True}, key=key)
        client.close()
        return answer

    with ThreadPoolExecutor(len(keys)) as askers:
        return list(askers.map(ask, keys))


@pytest.mark.parametrize("key", [None, "own"])
def test_of_many_who_press_log_at_once_one_is_obeyed_and_all_are_led_to_the_job(
    installation, client, key
):
    segment_no = one_log.segment_of(client)
    keys = [key and uuid4().hex for _ in range(ASKERS)]

    with held(installation, one_log.BEGINNING):
        path = f"/segments/{segment_no}/log"
        answers = ask_all_at_once(installation, path, keys)

    assert Counter(answer.status for answer in answers) == {202: 1, 409: ASKERS - 1}
    (job,) = (a.headers["location"] for a in answers if a.status == 202)
    led_to = {a.document["links"]["job"] for a in answers if a.status == 409}
    assert led_to == {job}
    assert_logged_once(installation, client, job)


def test_a_request_repeated_at_the_same_instant_gets_the_same_answer(
    installation, client
):
    segment_no = one_log.segment_of(client)

    path = f"/segments/{segment_no}/log"
    answers = ask_all_at_once(installation, path, [uuid4().hex] * ASKERS)

    assert {answer.status for answer in answers} == {202}
    (job,) = {answer.headers["location"] for answer in answers}
    found = assert_logged_once(installation, client, job)
    assert found["attempt"] == 1
