"""Every table of every room, gathered for migrations and for the tests that speak of all of them."""

from app.contacts import models as contacts
from app.db import Base
from app.evidence import models as evidence
from app.mail import models as mail
from app.partners import models as partners
from app.people import models as people
from app.places import models as places
from app.profiles import models as profiles
from app.search import models as search
from app.uploads import models as uploads
from app.videos import models as videos
from app.viewing import models as viewing

ROOMS = (places, evidence, people, uploads, videos, search, profiles, viewing, contacts, partners, mail)
metadata = Base.metadata
