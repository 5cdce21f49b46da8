from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.setup.change_marketing_setup import change_marketing_setup
from core.setup.models import MarketingSetup
from core.setup.queries import lock_marketing_setup, marketing_setup
from core.vocabulary import CorrespondenceType
from web import choices
from web.api.marketing_setup import MarketingSetupChanges, MarketingSetupShown
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.records import Form, Input, filled, options_of, values_of
from web.stale import refuse_if_stale, version_of_values

blueprint = Blueprint("marketing_setup", __name__, url_prefix="/setup/marketing")

NUMBERS = (
    Input("contact_nos", "Contacts", "choice", options=choices.number_series),
    Input("campaign_nos", "Campaigns", "choice", options=choices.number_series),
    Input("segment_nos", "Segments", "choice", options=choices.number_series),
)

INHERITANCE = (
    Input("inherit_salesperson", "Salesperson", "check"),
    Input("inherit_territory", "Territory", "check"),
    Input("inherit_country_region", "Country or region", "check"),
    Input("inherit_language", "Language", "check"),
    Input("inherit_address_details", "Address", "check"),
    Input("inherit_communication_details", "Phone and e-mail", "check"),
)

DEFAULTS = (
    Input(
        "default_salesperson_code", "Salesperson", "choice", options=choices.salespeople
    ),
    Input("default_territory_code", "Territory", "choice", options=choices.territories),
    Input("default_country_region_code", "Country or region", longest=10),
    Input("default_language_code", "Language", "choice", options=choices.languages),
    Input(
        "default_correspondence_type",
        "Correspondence type",
        "choice",
        options=lambda _: choices.words(CorrespondenceType),
    ),
    Input(
        "default_company_salutation_code",
        "Salutation of companies",
        "choice",
        options=choices.salutations,
    ),
    Input(
        "default_person_salutation_code",
        "Salutation of persons",
        "choice",
        options=choices.salutations,
    ),
)

RELATIONS = tuple(
    Input(
        f"business_relation_code_for_{table}",
        label,
        "choice",
        options=choices.business_relations,
    )
    for table, label in (
        ("customers", "Customers"),
        ("vendors", "Vendors"),
        ("bank_accounts", "Bank accounts"),
        ("employees", "Employees"),
    )
)

TEMPLATES = (
    Input(
        "email_draft_template_code",
        "E-mail draft",
        "choice",
        options=choices.templates,
        hint="One without an attachment in its default language.",
    ),
)

DUPLICATES = (
    Input(
        "autosearch_for_duplicates",
        "Look when a company was saved",
        "check",
        hint="Saving is never refused; what looks alike is shown afterwards.",
    ),
    Input(
        "search_hit_percent",
        "Search hit %",
        "number",
        hint="Of the search strings so many agree: 1 to 100.",
        longest=3,
    ),
)

INPUTS = (*NUMBERS, *INHERITANCE, *DEFAULTS, *RELATIONS, *TEMPLATES, *DUPLICATES)


@blueprint.get("")
@requires(Permission.READ)
def show() -> ResponseReturnValue:
    return _page(None, NO_REFUSAL)


@blueprint.post("")
@requires(Permission.ADMINISTER)
def change() -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            refuse_if_stale(form, _seen(lock_marketing_setup(session)))
            changes = MarketingSetupChanges.model_validate(values_of(INPUTS, form))
            change_marketing_setup(session, current_actor(), changes.given())
    except (RefusedError, ConflictError) as error:
        return _page(form, refusal_of(error)), status_of(error)
    flash("Saved.")
    return redirect("/setup/marketing", 303)


def _seen(setup: MarketingSetup) -> Form:
    return filled(INPUTS, MarketingSetupShown.of(setup).model_dump(mode="json"))


def _page(typed_form: Form | None, refusal: Refusal) -> str:
    with transaction(engine()) as session:
        seen = _seen(marketing_setup(session))
        form = seen if typed_form is None else typed_form
        return render_template(
            "marketing_setup.html",
            version=version_of_values(seen),
            form=form,
            refusal=refusal,
            options=options_of(session, INPUTS, form),
            numbers=NUMBERS,
            inheritance=INHERITANCE,
            defaults=DEFAULTS,
            relations=RELATIONS,
            templates=TEMPLATES,
            duplicates=DUPLICATES,
        )
