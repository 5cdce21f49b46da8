"""What statistics answers share: the period asked for, and the totals."""

from core.contacts.statistics import Days
from web.api import framework
from web.api.framework.fields import Count, Day, Minutes, Money


class PeriodQuery(framework.Query):
    """The days counted, both included."""

    date__from: Day = None
    date__to: Day = None

    def days(self) -> Days:
        return Days(self.date__from, self.date__to)


class InteractionTotalsShown(framework.Shown):
    no_of_interactions: Count
    cost: Money
    duration: Minutes


class SalespersonStatisticsShown(InteractionTotalsShown):
    """The averages are those of one interaction."""

    average_cost: Money
    average_duration: Minutes
