"""What both sides say in the story's rounds, and the answer that each of them gets."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.consulting.actions import answer, object_once, say, see
from reciproca.compacts.consulting.tables import Comment, Disposition
from reciproca.compacts.drafting.queries import find_version
from reciproca.compacts.drafting.tables import Commitment, CommitmentText
from reciproca.core.work import Work
from reciproca.demo.stage import Stage
from reciproca.plugins.types import Side

AMINA = "amina.yusuf@riverbend.example"
HELEN = "helen.abara@riverbend.example"
INGRID = "ingrid.patel@riverbend.example"
JUNE = "june.okafor@riverbend.example"
KWAME = "kwame.obrien@riverbend.example"
LIAM = "liam.bouchard@riverbend.example"
MEI = "mei.osuilleabhain@riverbend.example"
NAOMI = "naomi.levesque@riverbend.example"
NOAH = "noah.hassan@riverbend.example"
DRAFTERS = (HELEN, MEI)
"""One of each side: both have seen what is declined."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One comment: `pair` and `side` name its promise; `wording` are the words that it proposes instead."""

    who: str
    pair: str
    side: Side
    text: str
    wording: str | None = None
    locale: str = "en"
    objection: str = ""
    """What its author replies to the first answer: that was not the point."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One answer to the comments with the numbers `to`; `takes` those words that the first of them proposes, or puts
    `wording` in place of the promise's."""

    to: tuple[int, ...]
    disposition: Disposition
    reason: str
    takes: bool = False
    wording: str | None = None


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A round: what is said, and what is answered, in this order."""

    said: tuple[Said, ...]
    answered: tuple[Answered, ...]


FIRST = Talk(
    said=(
        Said(
            who=INGRID, pair="work-environment", side=Side.ORGANISATION,
            text="A list without names is a list that nobody answers for. Whose desk is it on?",
            wording=(
                "Twice a year we publish every request for equipment, space and help at work, with a date or a reason "
                "beside each one, and the name of who looks after it."
            ),
        ),
        Said(
            who=NAOMI, pair="work-environment", side=Side.ORGANISATION, locale="fr",
            text="Il manque la personne à qui s’adresser.",
            wording=(
                "Deux fois par an, nous publions chaque demande d’équipement, d’espace ou d’aide au travail, avec en "
                "regard une date ou une raison, et le nom de la personne qui s’en occupe."
            ),
        ),
        Said(
            who=LIAM, pair="health-and-wellness", side=Side.PHYSICIANS,
            text="When I say that I’m not fit to work, who covers for me? Say so in our column too.",
        ),
        Said(
            who=NOAH, pair="health-and-wellness", side=Side.PHYSICIANS,
            text="Who covers when somebody says they aren’t fit to work?",
            objection="Cover, yes. I asked whom I tell at three in the morning.",
        ),
        Said(
            who=KWAME, pair="respect", side=Side.PHYSICIANS,
            text="In person and in private is right between equals. A resident who is afraid can’t do that.",
        ),
        Said(
            who=NAOMI, pair="respect", side=Side.PHYSICIANS, locale="fr",
            text="« En privé d’abord » : et si l’on a peur ?",
        ),
        Said(
            who=JUNE, pair="open-data", side=Side.PHYSICIANS,
            text="A department of three won’t hold a meeting on figures every quarter.",
        ),
        Said(
            who=AMINA, pair="timely-communication", side=Side.ORGANISATION,
            text="Ten working days with reasons will cost us a part-time post. I want it to stay all the same.",
        ),
    ),
    answered=(
        Answered(
            to=(0,), disposition=Disposition.ACCEPTED, takes=True,
            reason="A promise needs somebody who keeps it. The facilities office agreed to be named.",
        ),
        Answered(
            to=(1,), disposition=Disposition.ACCEPTED, takes=True,
            reason="Le français dit maintenant la même chose que l’anglais : chaque demande a un nom.",
        ),
        Answered(
            to=(2, 3), disposition=Disposition.DECLINED,
            reason=(
                "The hospital’s column of this topic says it: it arranges cover itself. Written twice, it could be "
                "read as two people’s work."
            ),
        ),
        Answered(
            to=(4,), disposition=Disposition.CHANGED,
            reason="Nobody should have to face a person they fear. The private talk comes first where it is safe.",
            wording=(
                "I speak to every colleague and learner as I would wish to be spoken to, and where it is safe I "
                "raise a disagreement in person and in private first."
            ),
        ),
        Answered(
            to=(5,), disposition=Disposition.CHANGED,
            reason="Personne ne doit affronter quelqu’un qu’il craint : « lorsque c’est sans danger » le dit.",
            wording=(
                "Je parle à chaque collègue et apprenant comme j’aimerais qu’on me parle et, lorsque c’est sans "
                "danger, je règle d’abord un désaccord en personne et en privé."
            ),
        ),
        Answered(
            to=(6,), disposition=Disposition.DECLINED,
            reason="It says “with colleagues”, not “in a meeting”: three people over coffee keep this promise.",
        ),
        Answered(
            to=(7,), disposition=Disposition.ACCEPTED,
            reason="It stays as it is, and the post is in next year’s budget.",
        ),
        Answered(
            to=(3,), disposition=Disposition.DECLINED,
            reason=(
                "You are right, that is another question. The number differs by department and changes often, so it is "
                "on each department’s page and not in a text of four years."
            ),
        ),
    ),
)  # fmt: skip
SECOND = Talk(
    said=(
        Said(
            who=LIAM, pair="timely-communication", side=Side.ORGANISATION,
            text="Five days is what we asked for. “Not yet” with a reason should still count as an answer.",
        ),
        Said(
            who=NOAH, pair="performance-review", side=Side.PHYSICIANS,
            text="Who sets the day? I won’t promise a day that somebody else picks.",
        ),
    ),
    answered=(
        Answered(
            to=(0,), disposition=Disposition.ACCEPTED,
            reason="It counts, and the words say so: “even if it is no or not yet”.",
        ),
        Answered(
            to=(1,), disposition=Disposition.DECLINED,
            reason="“The day we set” is set by both in the conversation. A day that one side sets isn’t this one.",
        ),
    ),
)  # fmt: skip


def speak(stage: Stage, version_uid: str, talk: Talk) -> list[str]:
    """Everybody says what they have to say. The comments' uids, in the order of `talk.said`."""
    made = []
    for said in talk.said:
        with stage.acting(said.who) as work:
            version = find_version(work, uid=version_uid)
            found = select(Commitment.identity).filter_by(
                version_id=version.id, pair=said.pair, side=said.side
            )
            comment = say(
                work, version_uid=version_uid, text=said.text, wording=said.wording, locale=said.locale,
                identity=work.session.scalars(found).one(),
            )  # fmt: skip
            made.append(comment.uid)
    return made


def answer_all(stage: Stage, version_uid: str, talk: Talk, comments: list[str]) -> Mapping[Disposition, int]:
    """Drafters of both sides look, the steward answers, and whoever was misread says so once. How many comments were
    answered how, by their first answer."""
    counts = dict.fromkeys(Disposition, 0)
    objecting = {number for number, said in enumerate(talk.said) if said.objection}
    answered: set[int] = set()
    for one in talk.answered:
        uids = [comments[number] for number in one.to]
        for number in sorted(answered & objecting & set(one.to)):
            with stage.acting(talk.said[number].who) as work:
                object_once(work, comment_uid=comments[number], objection=talk.said[number].objection)
        for drafter in DRAFTERS:
            with stage.acting(drafter) as work:
                see(work, version_uid=version_uid, comment_uids=uids)
        with stage.acting(HELEN) as work:
            answer(
                work, version_uid=version_uid, disposition=one.disposition, reason=one.reason, comment_uids=uids,
                adopt=uids[0] if one.takes else None, wording=one.wording,
                base=_as_it_reads(work, version_uid, uids[0]) if one.wording else None,
                locale=talk.said[one.to[0]].locale if one.wording else None,
            )  # fmt: skip
        counts[one.disposition] += len(set(one.to) - answered)
        answered |= set(one.to)
    return counts


def _as_it_reads(work: Work, version_uid: str, comment_uid: str) -> str:
    """The words of now that a comment is about, in its language."""
    comment = work.session.scalars(select(Comment).filter_by(uid=comment_uid)).one()
    version = find_version(work, uid=version_uid)
    words = (
        select(CommitmentText.text)
        .join(Commitment)
        .filter(Commitment.version_id == version.id, Commitment.identity == comment.identity)
        .filter(CommitmentText.locale == comment.locale)
    )
    return work.session.scalars(words).one()
