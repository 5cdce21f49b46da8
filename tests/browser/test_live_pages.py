from web.crowd import CALM_SECONDS, MOST_A_SECOND, WATCHED_SECONDS

LOOK = "**/jobs/live*"


def test_a_page_waits_longer_while_many_look(page, app):
    asked = []
    page.clock.install()
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/jobs")

    with page.expect_response(LOOK) as alone:
        page.clock.run_for(2000)
    crowd = app.extensions["rollcall"].crowd
    for _ in range(MOST_A_SECOND * WATCHED_SECONDS):
        crowd.look()
    with page.expect_response(LOOK) as in_a_crowd:
        page.clock.run_for(2000)
    page.wait_for_load_state("networkidle")
    asked.clear()
    page.clock.run_for(1000 * CALM_SECONDS - 500)

    assert "retry-after" not in alone.value.headers
    assert in_a_crowd.value.headers["retry-after"] == str(CALM_SECONDS)
    assert asked == []
    with page.expect_response(LOOK):
        page.clock.run_for(1000)
