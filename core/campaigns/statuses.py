from core.campaigns.models import CampaignStatus
from core.references import Use
from core.setup.masters import Master

CAMPAIGN_STATUSES = Master(
    "campaign status",
    "campaign statuses",
    CampaignStatus,
    (Use("campaign", "status_code", "campaigns"),),
)
