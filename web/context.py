"""What a view may reach, and who asks."""

from typing import NamedTuple

from flask import current_app
from sqlalchemy import Engine

from core.access.actor import Actor
from core.operations.broker import BrokerWatch
from core.settings import Settings
from web import identity
from web.crowd import Crowd
from web.nudge import Nudge
from web.recent import Recent


class Context(NamedTuple):
    settings: Settings
    engine: Engine
    nudge: Nudge
    broker: BrokerWatch
    recent: Recent
    crowd: Crowd


def context() -> Context:
    found: Context = current_app.extensions["rollcall"]
    return found


def engine() -> Engine:
    return context().engine


def settings() -> Settings:
    return context().settings


def nudge() -> Nudge:
    return context().nudge


def broker() -> BrokerWatch:
    return context().broker


def recent() -> Recent:
    return context().recent


def crowd() -> Crowd:
    return context().crowd


def current_actor() -> Actor:
    """Who asks. The gate has let nobody else in, so there always is somebody."""
    return identity.required_actor()
