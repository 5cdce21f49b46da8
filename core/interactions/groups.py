from core.interactions.models import InteractionGroup
from core.references import Use
from core.setup.masters import Master

INTERACTION_GROUPS = Master(
    "interaction group",
    "interaction groups",
    InteractionGroup,
    (Use("interaction_template", "interaction_group_code", "interaction templates"),),
)
