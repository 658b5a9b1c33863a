"""Who plays in the story: invented people, and the accounts that they sign in with."""

from dataclasses import dataclass

from reciproca.core.identity import Role

PASSWORD = "river stones remember"  # noqa: S105 -- everybody of the sample hospital is invented, and says so
"""The password of every sample account: signing asks for it."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Somebody with a role. `staff_id` is the roster's, or a new one with the names given here."""

    key: str
    email: str
    roles: tuple[Role, ...]
    staff_id: str = ""
    given_name: str = ""
    family_name: str = ""
    locale: str = "en"
    post: str = ""


LEADERS: tuple[Part, ...] = (
    Part(key="administrator", email="admin@riverbend.example", roles=(Role.ADMINISTRATOR,)),
    Part(
        key="steward",
        email="helen.abara@riverbend.example",
        staff_id="ST0001",
        given_name="Helen",
        family_name="Abara",
        roles=(Role.STEWARD, Role.DRAFTER),
    ),
    Part(
        key="chief_executive",
        email="amina.yusuf@riverbend.example",
        staff_id="ST0002",
        given_name="Amina",
        family_name="Yusuf",
        post="chief_executive",
        roles=(Role.SIGNATORY, Role.CO_SPONSOR_ORGANISATION, Role.EXECUTIVE_SPONSOR, Role.COMMITMENT_OWNER),
    ),
    Part(
        key="board_secretary",
        email="marc.tremblay@riverbend.example",
        staff_id="ST0003",
        given_name="Marc",
        family_name="Tremblay",
        locale="fr",
        roles=(Role.RATIFIER_ORGANISATION,),
    ),
    Part(
        key="credentialing_officer",
        email="june.okafor@riverbend.example",
        staff_id="ST0004",
        given_name="June",
        family_name="Okafor",
        roles=(Role.CREDENTIALING_OFFICER,),
    ),
    Part(
        key="auditor",
        email="ines.ferreira@riverbend.example",
        staff_id="ST0005",
        given_name="Inês",
        family_name="Ferreira",
        roles=(Role.AUDITOR,),
    ),
)
"""The organisation's people, who are not on the roster of physicians."""

PHYSICIAN_LEADERS: tuple[Part, ...] = (
    Part(
        key="co_sponsor_physicians",
        email="mei.osuilleabhain@riverbend.example",
        staff_id="TR00103",
        roles=(Role.PHYSICIAN, Role.CO_SPONSOR_PHYSICIANS, Role.DRAFTER),
        post="staff_association_president",
    ),
    Part(
        key="association_secretary",
        email="kwame.obrien@riverbend.example",
        staff_id="TR00115",
        roles=(Role.PHYSICIAN, Role.RATIFIER_PHYSICIANS),
    ),
    Part(
        key="reviewer",
        email="ingrid.patel@riverbend.example",
        staff_id="TR00118",
        roles=(Role.PHYSICIAN, Role.REVIEWER),
    ),
)
"""Physicians with a part to play for their own side."""

SAMPLE_PHYSICIANS: tuple[Part, ...] = (
    Part(
        key="physician", email="liam.bouchard@riverbend.example", staff_id="TR00116", roles=(Role.PHYSICIAN,)
    ),
    Part(
        key="physician_fr",
        email="naomi.levesque@riverbend.example",
        staff_id="TR00102",
        roles=(Role.PHYSICIAN,),
    ),
    Part(
        key="physician_signed",
        email="noah.hassan@riverbend.example",
        staff_id="TR00101",
        roles=(Role.PHYSICIAN,),
    ),
)
"""Two who haven't answered yet (one reads French), and one who has signed: for whoever tries the sample hospital."""

SHOWN: tuple[tuple[str, Role], ...] = (
    ("steward", Role.STEWARD),
    ("steward", Role.DRAFTER),
    ("co_sponsor_physicians", Role.DRAFTER),
    ("chief_executive", Role.CO_SPONSOR_ORGANISATION),
    ("co_sponsor_physicians", Role.CO_SPONSOR_PHYSICIANS),
    ("board_secretary", Role.RATIFIER_ORGANISATION),
    ("association_secretary", Role.RATIFIER_PHYSICIANS),
    ("chief_executive", Role.SIGNATORY),
    ("chief_executive", Role.COMMITMENT_OWNER),
    ("physician", Role.PHYSICIAN),
    ("physician_fr", Role.PHYSICIAN),
    ("physician_signed", Role.PHYSICIAN),
    ("reviewer", Role.REVIEWER),
    ("credentialing_officer", Role.CREDENTIALING_OFFICER),
    ("chief_executive", Role.EXECUTIVE_SPONSOR),
    ("auditor", Role.AUDITOR),
    ("administrator", Role.ADMINISTRATOR),
)
"""The parts that get a sign-in line, in this order, and the role that the line names."""
